import { ask } from '@quantum/testbed';

export const HEALTH_EVERY_MS = 2_000;
/** Maximum checks (20 s) before a service's first `ready`. */
const MAX_ASKED_BEFORE_READY = 10;
/** This many failed checks in a row (6 s) after the first `ready` are a failure, fewer are a hiccup. */
const MAX_FAILURES_IN_A_ROW = 3;

export interface Health {
  state: 'starting' | 'ready' | 'not ready';
  /** The reason of the service if it is not ready, else empty. */
  detail: string;
  asked: number;
  failuresInARow: number;
  /** Set once it was not ready for too long, and kept. */
  failed: boolean;
}

export const UNKNOWN_HEALTH: Health = { state: 'starting', detail: '', asked: 0, failuresInARow: 0, failed: false };

interface HealthAnswer {
  ready: boolean;
  detail: string;
}

/** Health after one more check. */
export function nextHealth(health: Health, { ready, detail }: HealthAnswer): Health {
  const asked = health.asked + 1;
  if (ready) return { state: 'ready', detail: '', asked, failuresInARow: 0, failed: health.failed };
  const failuresInARow = health.failuresInARow + 1;
  const starting = health.state === 'starting';
  const failed = health.failed || failuresInARow >= (starting ? MAX_ASKED_BEFORE_READY : MAX_FAILURES_IN_A_ROW);
  return { state: starting ? 'starting' : 'not ready', detail, asked, failuresInARow, failed };
}

/** Whether a service was healthy throughout: ready now, and never unready for long. */
export const wasHealthy = ({ state, failed }: Health): boolean => state === 'ready' && !failed;

/** Checks a service's /readyz; undefined before it has logged its address. Never rejects. */
export async function askReady(url: string | undefined): Promise<HealthAnswer> {
  if (url === undefined) return { ready: false, detail: 'not listening yet' };
  const { status, text } = await ask(url, '/readyz');
  return { ready: status === 200, detail: text.trim() };
}

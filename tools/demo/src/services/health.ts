import { ask } from '@quantum/testbed';

/** How often a service is asked. */
export const HEALTH_EVERY_MS = 2_000;
/** A service may take so many questions (20 s) before its first `ready`. */
const MAX_ASKED_BEFORE_READY = 10;
/** So many bad answers in a row (6 s) after the first `ready` are a failure, fewer are a hiccup. */
const MAX_FAILURES_IN_A_ROW = 3;

/** What a service's /readyz said so far. */
export interface Health {
  state: 'starting' | 'ready' | 'not ready';
  /** Why it is not ready, as it says; empty when it is. */
  detail: string;
  asked: number;
  failuresInARow: number;
  /** Set once it was not ready for too long, and kept. */
  failed: boolean;
}

export const UNKNOWN_HEALTH: Health = { state: 'starting', detail: '', asked: 0, failuresInARow: 0, failed: false };

/** An answer to one question. */
export interface HealthAnswer {
  ready: boolean;
  detail: string;
}

/** Health after one more answer. */
export function nextHealth(health: Health, { ready, detail }: HealthAnswer): Health {
  const asked = health.asked + 1;
  if (ready) return { state: 'ready', detail: '', asked, failuresInARow: 0, failed: health.failed };
  const failuresInARow = health.failuresInARow + 1;
  const starting = health.state === 'starting';
  const failed = health.failed || failuresInARow >= (starting ? MAX_ASKED_BEFORE_READY : MAX_FAILURES_IN_A_ROW);
  return { state: starting ? 'starting' : 'not ready', detail, asked, failuresInARow, failed };
}

/** Whether a service was well all along: ready now, and never away for long. */
export const wasHealthy = ({ state, failed }: Health): boolean => state === 'ready' && !failed;

/** Asks a service's /readyz once; undefined before it has said where it listens. Never rejects: no answer is an answer too. */
export async function askReady(url: string | undefined): Promise<HealthAnswer> {
  if (url === undefined) return { ready: false, detail: 'not listening yet' };
  const { status, text } = await ask(url, '/readyz');
  return { ready: status === 200, detail: text.trim() };
}

import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Service } from '@quantum/testbed';

export interface Interrupted {
  kind: 'signal';
  /** 128 + the signal's number. */
  exitCode: number;
}

export type Ending = { kind: 'time' } | Interrupted | { kind: 'service'; service: Service };

/** Ctrl-C reaches the services too, and before us: if they end within this time of our signal, that is no failure. */
const SAME_SIGNAL_MS = 200;

/** Resolves at the first SIGINT, SIGTERM or SIGHUP, or without a reader. These no longer end the process. */
export function interruption(): Promise<Interrupted> {
  return new Promise((resolve) => {
    const report = (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGPIPE') => {
      resolve({ kind: 'signal', exitCode: 128 + constants.signals[signal] });
    };
    process.on('SIGINT', report).on('SIGTERM', report).on('SIGHUP', report);
    process.stdout.on('error', () => {
      report('SIGPIPE');
    });
  });
}

export function firstEnding(
  interrupted: Promise<Interrupted>,
  firstEnded: Promise<Service>,
  limitSec: number | undefined,
): Promise<Ending> {
  const serviceEnded = firstEnded.then(async (service): Promise<Ending> => {
    await delay(SAME_SIGNAL_MS);
    return { kind: 'service', service };
  });
  const timeIsUp = limitSec === undefined ? [] : [delay<Ending>(limitSec * 1000, { kind: 'time' })];
  return Promise.race([interrupted, serviceEnded, ...timeIsUp]);
}

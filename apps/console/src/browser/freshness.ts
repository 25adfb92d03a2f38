import type { Link } from '../view/ui.js';
import { BEAT_MS } from './follow.js';

/** Two missed heartbeats, and what a slow network may take. */
export const STALE_MS = 2 * BEAT_MS + 2000;

/** A moment by both clocks of the browser. */
export interface Times {
  readonly steadyMs: number;
  readonly wallSec: number;
}

/** A time that the console gave, and when. */
export interface ReportedTime {
  readonly sec: number;
  readonly at: Times;
}

/**
 * How long nothing has come. The steady clock of many browsers stops while the machine sleeps; the other one
 * goes on.
 */
export const silenceMs = (heard: Times, now: Times): number =>
  Math.max(now.steadyMs - heard.steadyMs, 1000 * (now.wallSec - heard.wallSec));

/**
 * The time of the console, unix seconds, by which ages are shown: the clock of a reader's machine may be wrong, and set
 * right. While nothing comes, ages grow as the silence does, also that of a machine which sleeps.
 */
export function consoleSec(reported: ReportedTime | undefined, heard: Times, now: Times): number {
  if (reported === undefined) return now.wallSec;
  const { sec, at } = reported;
  const last = heard.steadyMs > at.steadyMs ? heard : at;
  return sec + (last.steadyMs - at.steadyMs + silenceMs(last, now)) / 1000;
}

/** How the page's picture is, by how long nothing has come. */
export function linkAt(isConnected: boolean, silentMs: number): Link {
  if (silentMs > STALE_MS) return 'stale';
  return isConnected ? 'live' : 'lost';
}

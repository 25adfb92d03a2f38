import type { Link } from '../view/ui.js';
import { BEAT_MS } from './follow.js';

/** Two missed heartbeats, and what a slow network may take. */
export const STALE_MS = 2 * BEAT_MS + 2000;

/** How the page's picture is, by when something last came. */
export function linkAt(isConnected: boolean, heardMs: number, nowMs: number): Link {
  if (nowMs - heardMs > STALE_MS) return 'stale';
  return isConnected ? 'live' : 'lost';
}

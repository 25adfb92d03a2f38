/** Pause between two polls for permits that the server does not announce, ms. */
const POLL_MS = 5;
/** The same where the server announces permits: only to find what an announcement did not reach. */
const CHECK_MS = 250;
/** A poll may take at most this share of the time, however many plans wait. */
const MAX_SHARE = 0.2;

/** How long to wait after a poll that took `spentMs`. */
export const pauseMs = (announced: boolean, spentMs: number): number =>
  Math.max(announced ? CHECK_MS : POLL_MS, spentMs * (1 / MAX_SHARE - 1));

/** A lease lasts this many intervals: a slot may fail and the next still renews it in time. */
const INTERVALS_PER_LEASE = 3;
const MIN_LEASE_MS = 2000;
const MAX_LEASE_MS = 30_000;

/** How long a lease lasts without being renewed, whole ms as Redis wants them. Every tick and every batch renews it. */
export const leaseMsOf = (intervalMs: number): number =>
  Math.min(MAX_LEASE_MS, Math.max(MIN_LEASE_MS, Math.round(INTERVALS_PER_LEASE * intervalMs)));

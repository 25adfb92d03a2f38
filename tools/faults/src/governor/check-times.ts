import type { Report } from './findings.js';
import type { Entry, History } from './history.js';
import { isClosing } from './plan-kind.js';

/** Ways to stop a governor: each kill key refuses every plan, the latch of the day refuses opens. */
export type StopKind = 'kill' | 'halt' | 'latch';

/** A stop that was set and not cleared. */
export interface Stop {
  kind: StopKind;
  /** The latest time at which it was set, by Redis' clock, unix ms. */
  atMs: number;
}

/** A decision may take effect this long after its plan was read, ms: the scripts' deadline and a round trip. */
const GRANT_DEADLINE_MS = 1100;

/** Checks each permit when it appeared: none after a stop that applies to it, none for a plan too old by then. */
export function checkTimes(
  { plans, permits }: History,
  stops: readonly Stop[],
  planMaxAgeSec: number,
  report: Report,
): void {
  const entries = new Map(plans.map((entry) => [entry.fields['plan_id'] ?? '', entry])); // of several, the youngest
  for (const { planId, setMs } of permits) {
    const entry = entries.get(planId);
    for (const stop of stops) {
      if (setMs > stop.atMs && appliesTo(stop, entry)) {
        report('permit_after_stop', `plan ${planId}: ${setMs - stop.atMs} ms after ${stop.kind} was set`);
      }
    }
    const ageMs = entry ? setMs - Number.parseInt(entry.id) : 0;
    if (ageMs > planMaxAgeSec * 1000 + GRANT_DEADLINE_MS) {
      report('permit_over_age', `plan ${planId}: its permit appeared when it was ${ageMs} ms old`);
    }
  }
}

const appliesTo = ({ kind }: Stop, entry: Entry | undefined): boolean =>
  kind !== 'latch' || !entry || !isClosing(entry.fields, undefined);

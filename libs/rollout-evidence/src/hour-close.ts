import {
  addHour,
  addToSums,
  EVIDENCE_TESTS,
  hourAdvantage,
  type AdvantageSums,
  type EProcess,
  type EvidenceTest,
} from '@quantum/rollout-guards';
import { isKnown } from './number.js';

export const HOUR_SEC = 3600;

/** What decides the evidence of an hour, from the plan. */
export interface HourRules {
  readonly periodSec: number;
  readonly clipBps: number;
  readonly deltaBpsPerDay: number;
}

/** Tests and sums before an hour or after it. */
export interface Evidence {
  readonly tests: Readonly<Record<EvidenceTest, EProcess>>;
  readonly sums: AdvantageSums;
}

/** An hour that is over. */
export interface ClosedHour {
  readonly startSec: number;
  readonly advantagesBps: readonly (number | undefined)[];
  /** Since when the test for harm runs: an hour counts for it if it began then or later. */
  readonly harmSec: number;
}

/** y of an hour before it is clipped, and the evidence with it. A missing hour changes nothing. */
export function closeHour(
  { startSec, advantagesBps, harmSec }: ClosedHour,
  { tests, sums }: Evidence,
  rules: HourRules,
): { advantageBps: number | undefined; after: Evidence } {
  const mean = hourAdvantage(advantagesBps, rules.periodSec);
  const advantageBps = isKnown(mean) ? mean + 0 : undefined;
  if (advantageBps === undefined) return { advantageBps, after: { tests, sums } };
  const clipped = Math.min(Math.max(advantageBps, -rules.clipBps), rules.clipBps);
  const counts = (test: EvidenceTest): boolean => test !== 'harm' || startSec >= harmSec;
  const next = EVIDENCE_TESTS.map((test): [EvidenceTest, EProcess] => [
    test,
    counts(test) ? addHour(tests[test], test, advantageBps, rules) : tests[test],
  ]);
  return {
    advantageBps,
    after: { tests: Object.fromEntries(next) as Record<EvidenceTest, EProcess>, sums: addToSums(sums, clipped) },
  };
}

import { fieldsOf } from '@quantum/redis-schemas';
import { parseEvidence, type HourEntry } from '@quantum/rollout-evidence';
import { advantageBand, eValue, EVIDENCE_TESTS, isShown, logE } from '@quantum/rollout-guards';
import type { RolloutPlan, RolloutState } from '@quantum/rollout-plan';
import { known } from '../number.js';
import type { Entry } from '../readings.js';
import type { Advantage } from '../snapshot/rollout.js';

/** The last hour of the evidence. */
export type LastHour = HourEntry;

const HOURS_PER_DAY = 24;

/** The last hour among entries of the evidence, or the one before. Entries of other kinds are not looked into. */
export function lastHour(before: LastHour | undefined, entries: readonly Entry[]): LastHour | undefined {
  for (const { fields } of [...entries].reverse()) {
    const entry = fieldsOf(fields)['kind'] === 'hour' ? parseEvidence(fields) : undefined;
    if (entry?.kind === 'hour') return entry;
  }
  return before;
}

/**
 * The hour, where it is of the evidence that the state counts: another plan's, or that from before a reset, says
 * nothing of what runs.
 */
export const hourOf = (
  hour: LastHour | undefined,
  state: Pick<RolloutState, 'plan' | 'evidenceSec'>,
): LastHour | undefined => (hour?.plan === state.plan && hour.sinceSec >= state.evidenceSec ? hour : undefined);

/** The advantage after that hour; null if the running plan has none. */
export function advantageOf(hour: LastHour | undefined, plan: RolloutPlan | undefined): Advantage | null {
  if (!hour || !plan || hour.after.sums.hours === 0) return null;
  const { sums, tests } = hour.after;
  const { alphaHarm } = plan.evidence;
  const band = advantageBand(sums, alphaHarm);
  return {
    meanBps: sums.meanBps,
    lowBps: known(band?.low),
    highBps: known(band?.high),
    deltaBps: hour.rules.deltaBpsPerDay / HOURS_PER_DAY,
    hours: sums.hours,
    eValues: Object.fromEntries(EVIDENCE_TESTS.map((test) => [test, eValue(logE(tests[test]))])),
    harmThreshold: 1 / alphaHarm,
    asOfSec: hour.startSec + 3600,
  };
}

/** Whether the evidence shows what a stage requires. */
export const isRequirementShown = (
  require: RolloutPlan['stages'][number]['require'],
  hour: LastHour | undefined,
  { evidence }: RolloutPlan,
): boolean => require === 'none' || (hour !== undefined && isShown(hour.after.tests[require], evidence.alphaAdvance) === true); // prettier-ignore

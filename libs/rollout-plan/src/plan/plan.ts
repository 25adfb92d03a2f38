import { hashOfText } from '@quantum/efficiency-policy';
import { DEFAULT_GUARD_LIMITS, type ExposureCaps, type GuardLimits } from '@quantum/rollout-guards';
import type { PlanRules } from '../state/event.js';
import type { RolloutPlan } from './schema.js';

/**
 * The canonical text of a plan: JSON with sorted names and no blanks, defaults included. The running plan is this text
 * in Redis.
 */
export const planText = (plan: RolloutPlan): string =>
  JSON.stringify(plan, (_name, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

/** The hash that names a plan: 12 hex digits. `sha256` gives hexadecimal digits of a UTF-8 text. */
export const planHash = (plan: RolloutPlan, sha256: (text: string) => string): string =>
  hashOfText(planText(plan), sha256);

/** The symbols that a stage enforces: those of its cohorts, without what the plan or an operator excludes. */
export function cohortOf(plan: RolloutPlan, stage: number, excluded: ReadonlySet<string> = new Set()): Set<string> {
  const all = plan.stages[stage]?.cohorts.flatMap((cohort) => plan.cohorts[cohort] ?? []) ?? [];
  return new Set(all.filter((symbol) => !plan.exclude.includes(symbol) && !excluded.has(symbol)));
}

/** The caps of a plan, as guards take them. */
export const capsOf = ({ limits: { maxDeviationUsd, clusters } }: RolloutPlan): ExposureCaps => ({
  totalUsd: maxDeviationUsd.total,
  symbolUsd: maxDeviationUsd.perSymbol,
  bySymbolUsd: new Map(Object.entries(maxDeviationUsd.symbols)),
  clusters: Object.entries(clusters).map(([name, { symbols, capUsd }]) => ({ name, symbols, capUsd })),
});

/** The limits of the guards that run under a plan. */
export const guardLimitsOf = ({ guards }: RolloutPlan): GuardLimits =>
  Object.fromEntries(
    Object.keys(DEFAULT_GUARD_LIMITS).map((name) => {
      const own = guards[name as keyof typeof guards];
      const limits = own && Object.entries(own).filter(([field]) => field !== 'owner');
      return [name, limits && Object.fromEntries(limits)];
    }),
  ) as unknown as GuardLimits;

/** What of a plan decides its transitions. `hash`: its `planHash`; `intervalSec`: interval of cycles. */
export const rulesOf = (
  { stages, slewPerCycle, maxHoldSec, approvalDays }: RolloutPlan,
  hash: string,
  intervalSec: number,
): PlanRules => ({ plan: hash, stages, slewPerCycle, maxHoldSec, approvalDays, intervalSec });

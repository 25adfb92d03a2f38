import type { Demand, Finding, GuardLimitTable, LimitValues } from './guard.js';
import { GUARDS } from './guards.js';
import type { GuardInput } from './input.js';

type Each = (typeof GUARDS)[number];

export type GuardName = Each['name'];
/** The limits of every guard that runs, by its name. */
export type GuardLimits = {
  readonly [N in GuardName]: LimitValues<Extract<Each, { name: N }>['limits']> | undefined;
};

/** Any of the guards. */
export interface Guard {
  readonly name: GuardName;
  readonly summary: string;
  readonly onBreach: Demand;
  readonly onUnknown: Demand;
  readonly onSecondBreach?: Demand;
  readonly unit: string;
  readonly limits: GuardLimitTable;
  readonly evaluate: (input: GuardInput, limits: never) => Finding;
}

export const GUARD_NAMES: readonly GuardName[] = GUARDS.map(({ name }) => name);

/** Unit of a guard's findings. The guard may be one of another version. */
export const unitOfGuard = (name: string): string =>
  GUARDS.find((guard) => guard.name === name)?.unit ?? '(unit unknown)';

/** Whether a guard runs only if the plan gives it a limit of its own. */
export const isOptionalGuard = ({ limits }: Pick<Guard, 'limits'>): boolean =>
  Object.values(limits).some((limit) => limit.default === undefined);

/** The limits of all guards at their defaults; a guard that is optional does not run. */
export const DEFAULT_GUARD_LIMITS = Object.fromEntries(
  GUARDS.map((guard) => [guard.name, isOptionalGuard(guard) ? undefined : defaultsOf(guard.limits)]),
) as GuardLimits;

function defaultsOf(limits: GuardLimitTable): Record<string, number | undefined> {
  return Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, limit.default]));
}

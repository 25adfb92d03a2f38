import { EFFICIENCY_FIELDS, type Permit } from '@quantum/redis-schemas';
import type { PermitDecorator, ReplayableDecorator } from './decorator.js';
import { efficiencyHint, type HintPolicies } from './efficiency.js';

/** Takes note of a reading that is invalid: `names` and `values` are its fields as read, null where absent. */
export interface ReadingLog {
  note: (reason: string, symbol: string, names: readonly string[], values: readonly (string | null)[]) => void;
}

/**
 * The decorators beside the efficiency hint. Another team's joins the list here: the governor and replay ask each of
 * them.
 */
export const DECORATORS: readonly ReplayableDecorator<Partial<Permit>>[] = [];

/** Every decorator of a permit, in the order of its fields. */
export const permitDecorators = (
  hints: HintPolicies,
  invalidReadings?: ReadingLog,
): readonly PermitDecorator<Partial<Permit>>[] => [
  efficiencyHint(hints, (symbol, values) => {
    invalidReadings?.note('invalid_eff', symbol, EFFICIENCY_FIELDS, values);
  }),
  ...DECORATORS,
];

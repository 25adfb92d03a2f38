import type { AssessmentPolicy } from './assess.js';
import type { HintPolicy } from './hint.js';
import type { ProposalPolicy } from './propose.js';

/** Everything that decides a proposal (step 1), besides the budget of its cycle. */
export interface ProposalParameters extends AssessmentPolicy, ProposalPolicy {
  /** P31_SMOOTHING_HALFLIFE_SEC: time in which the multiplier goes half of the way, seconds; 0: at once. */
  smoothingHalflifeSec: number;
}

/** Everything that decides an efficiency hint (step 2). */
export interface HintParameters extends AssessmentPolicy, HintPolicy {}

/** The parameters of a step: the name of each, which is that of its variable, and its property. */
export type ParameterNames<P> = Readonly<Record<string, keyof P & string>>;

/** Step 1's. `P31_BUDGET` is of a cycle, hence of no symbol. */
export const PROPOSAL_PARAMETERS = {
  P31_MIN_CONF: 'minConfidence',
  P31_MAX_FUTURE_SEC: 'maxFutureSec',
  P31_STALE_SEC: 'maxAgeSec',
  P31_BASE: 'base',
  P31_SCALE: 'scale',
  P31_MIN_MULT: 'minMultiplier',
  P31_MAX_MULT: 'maxMultiplier',
  P31_SMOOTHING_HALFLIFE_SEC: 'smoothingHalflifeSec',
} as const satisfies ParameterNames<ProposalParameters>;

/** Step 2's. */
export const HINT_PARAMETERS = {
  P31_MIN_CONF: 'minConfidence',
  P31_MAX_FUTURE_SEC: 'maxFutureSec',
  P31_EFF_TTL_SEC: 'maxAgeSec',
  P31_DOWNSIZE_THRESHOLD: 'downsizeThreshold',
  P31_MIN_FACTOR: 'minFactor',
  P31_MAX_EXTRA_COOLDOWN_SEC: 'maxExtraCooldownSec',
  P31_HINT_CLOSES: 'hintCloses',
} as const satisfies ParameterNames<HintParameters>;

/** The value of a parameter, as JSON has it. */
export type ParameterValue = number | boolean | string;

/** Values by the names of their variables. */
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** Parameters by the names of their variables. */
export const namedValues = <P extends object>(parameters: P, names: ParameterNames<P>): ParameterValues =>
  Object.fromEntries(Object.entries(names).map(([name, property]) => [name, parameters[property] as ParameterValue]));

/**
 * The one text that stands for these values, and whose hash names them: a JSON object, names sorted, no blanks, numbers as
 * ECMAScript writes them.
 */
export const canonicalText = (values: ParameterValues): string =>
  JSON.stringify(Object.fromEntries(Object.keys(values).sort().map((name) => [name, values[name]]))); // prettier-ignore

const HASH_DIGITS = 12;

/** The hash that outputs carry instead of a canonical text: the first 12 hex digits of its SHA-256. */
export const hashOfText = (text: string, sha256: (text: string) => string): string =>
  sha256(text).slice(0, HASH_DIGITS);

import type { AssessmentParameters } from './assess.js';
import type { DownsizeParameters } from './hint.js';
import type { MultiplierParameters } from './propose.js';

/** The parameters that decide a proposal (step 1), without the budget of its cycle. */
export interface ProposalParameters extends AssessmentParameters, MultiplierParameters {
  /** P31_SMOOTHING_HALFLIFE_SEC: seconds in which the multiplier covers half of the distance. 0: no smoothing. */
  smoothingHalflifeSec: number;
}

/** The parameters that decide an efficiency hint (step 2). */
export interface HintParameters extends AssessmentParameters, DownsizeParameters {}

/** The parameters of a step: variable name and property name of each. */
export type ParameterNames<P> = Readonly<Record<string, keyof P & string>>;

/** Step 1's parameters. `P31_BUDGET` belongs to a cycle, not to a symbol. */
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

/** Step 2's parameters. */
export const HINT_PARAMETERS = {
  P31_MIN_CONF: 'minConfidence',
  P31_MAX_FUTURE_SEC: 'maxFutureSec',
  P31_EFF_TTL_SEC: 'maxAgeSec',
  P31_DOWNSIZE_THRESHOLD: 'downsizeThreshold',
  P31_MIN_FACTOR: 'minFactor',
  P31_MAX_EXTRA_COOLDOWN_SEC: 'maxExtraCooldownSec',
  P31_HINT_CLOSES: 'hintCloses',
} as const satisfies ParameterNames<HintParameters>;

/** The value of a parameter, as in JSON. */
export type ParameterValue = number | boolean | string;

/** Values by the names of their variables. */
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/**
 * Parameters that were added after outputs carried hashes, by the value that decides as if there were no such
 * parameter. A formula takes that value from here where its optional property is absent. The canonical text leaves a
 * parameter out at that value. So the hashes that are in use stay as they are, and a text of an earlier version still
 * decides what it decided.
 */
export const ADDED_PARAMETERS = {} as const satisfies ParameterValues;

/** Parameters by the names of their variables. */
export const namedValues = <P extends object>(parameters: P, names: ParameterNames<P>): ParameterValues =>
  Object.fromEntries(Object.entries(names).map(([name, property]) => [name, parameters[property] as ParameterValue]));

/**
 * The canonical text of these values: a JSON object, names sorted, no blanks, numbers as ECMAScript writes them,
 * without `added` parameters at the value that changes nothing. Its hash identifies the values.
 */
export const canonicalText = (values: ParameterValues, added: ParameterValues = ADDED_PARAMETERS): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.keys(values)
        .filter((name) => !Object.hasOwn(added, name) || added[name] !== values[name])
        .sort()
        .map((name) => [name, values[name]]),
    ),
  );

const HASH_DIGITS = 12;

/** The short hash that outputs carry: the first 12 hex digits of the SHA-256 of the canonical text. */
export const hashOfText = (text: string, sha256: (text: string) => string): string =>
  sha256(text).slice(0, HASH_DIGITS);

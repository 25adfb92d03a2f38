import type { CommonInput, CommonLimits, FieldValues, GateAnswer, GateLimit, LimitValues, PlanField } from './gate.js';
import { GATES } from './gates.js';

type Each = (typeof GATES)[number];
/** All properties that some gate declares. */
type Every<T> = (T extends unknown ? (each: T) => void : never) extends (every: infer I) => void ? I : never;
type DeclaredFields = Every<Each['fields']>;
type DeclaredLimits = Every<Each['limits']>;

/** A gate's name is the reason code of its refusal. */
export type GateName = Each['name'];
/** Names of plan fields that gates declare. */
export type GateFieldName = DeclaredFields[keyof DeclaredFields]['field'];
/** Values of the plan fields that gates declare. */
export type GateFields = FieldValues<DeclaredFields>;
/** Values of the limits that gates declare. */
export type OwnLimits = LimitValues<DeclaredLimits>;
/** Every input of all gates. */
export type GateInput = CommonInput & GateFields;
/** The limits of all gates. */
export type GateLimits = CommonLimits & OwnLimits;
/** Any of the gates. */
export type Gate = Pick<Each, 'name' | 'summary' | 'appliesTo' | 'defaultMode'> & {
  evaluate: (input: GateInput, limits: GateLimits) => GateAnswer;
};
/** The variables of all limits, each with its property. */
export type LimitVariables = {
  [P in keyof DeclaredLimits as DeclaredLimits[P]['variable']]: { property: P; value: OwnLimits[P] };
};

/** The gates in evaluation order. */
export const GATE_NAMES: readonly GateName[] = GATES.map(({ name }) => name);

/** The plan fields that gates declare: property and declaration. */
export const GATE_FIELDS = entriesOf<PlanField>(GATES.map(({ fields }) => fields)) as readonly (readonly [
  keyof GateFields,
  PlanField & { field: GateFieldName },
])[];

/** The limits that gates declare: property and declaration. */
export const GATE_LIMITS = entriesOf<GateLimit>(GATES.map(({ limits }) => limits)) as readonly (readonly [
  keyof OwnLimits,
  GateLimit,
])[];

/** The declared limits at their defaults. */
export const DEFAULT_LIMITS = Object.fromEntries(
  GATE_LIMITS.map(([property, limit]) => [property, limit.default]),
) as unknown as Readonly<OwnLimits>;

/** What several gates declare alike is there once. */
function entriesOf<T>(tables: readonly Readonly<Record<string, T>>[]): [string, T][] {
  return Object.entries(Object.assign({}, ...tables) as Record<string, T>);
}

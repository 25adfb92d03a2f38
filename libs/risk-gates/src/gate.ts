import type { Allocation, PortfolioBudget, GateMode, Position, Read } from '@quantum/redis-schemas';

/** The symbol's window of granted plans, without the plan itself. */
export interface ExecWindow {
  /** Last execution before this plan, unix seconds; undefined if none is known. It has a key of its own. */
  lastExecSec: number | undefined | 'unreadable';
  /** Permits in (now - 1 h, now]. */
  hourCount: number;
  /** Permits in (now - 5 min, now]. */
  burstCount: number;
}

/** What every gate gets, whatever it declares. Time is an input: the same input gives the same verdict. */
export interface CommonInput {
  /** Time of the decision, unix seconds. */
  nowSec: number;
  /** Time of the plan's stream id, unix seconds. */
  submittedSec: number;
  /** Redis' clock at the time of the read, unix seconds. */
  serverSec: number;
  /** Creation time of the plan as it states it, unix seconds. */
  timestampSec: number | undefined;
  /** Whether the plan reduces risk. */
  closing: boolean;
  /** The plan's own price, USD, > 0. */
  priceUsd: number | undefined;
  /** USD; undefined if quantity or price is unknown. */
  notionalUsd: number | undefined;
  killSwitchOn: Read<boolean>;
  disarmed: Read<boolean>;
  window: Read<ExecWindow>;
  /** Permitted notional of the UTC day before this plan, USD. */
  dayNotionalUsd: Read<number>;
  budget: Read<PortfolioBudget>;
  /** Time of the symbol's latest budget violation, unix seconds; undefined if none is known. */
  violationSec: Read<number | undefined>;
  allocation: Read<Allocation>;
  position: Read<Position>;
  /** Direction of the plan; undefined if the plan does not state it. */
  side: 'buy' | 'sell' | undefined;
  /** Signed USD of opens in flight that the position cannot contain yet. Undefined if that could not be read. */
  inFlightUsd: number | undefined;
}

/** Which target `allocation_cap` takes. */
export const ALLOCATION_TARGETS = ['live', 'effective'] as const;
export type AllocationTarget = (typeof ALLOCATION_TARGETS)[number];

/** Limits that are no variable of one gate alone. */
export interface CommonLimits {
  /** Whether an opening plan without a kill score is refused: GOV_KILL_SCORE_MISSING. */
  refuseMissingKillScore: boolean;
  /** Whether a plan of unknown notional is refused: true in production. */
  refuseUnknownNotional: boolean;
  /** GOV_COUNT_CLOSES: whether closing plans count in the windows and the day's notional. */
  countCloses: boolean;
  /** GOV_ALLOCATION_TARGET: whether `allocation_cap` takes P2.9's own target, or the effective one of a rollout. */
  allocationTarget: AllocationTarget;
  /** P31_MAX_FUTURE_SEC: maximum lead of another team's time over `now`, seconds. */
  maxFutureSec: number;
}

/**
 * A number of the plan entry that a gate reads. Its value is undefined where the field is absent or blank, and
 * `unreadable` where it holds something else. Records keep it under the field's name: null where undefined.
 */
export interface PlanField {
  /** Name in the entry of the plan stream, snake_case. */
  readonly field: string;
  readonly holds: string;
  /** What the gate does where it is absent or blank, for the docs. */
  readonly absent: string;
}

/**
 * A limit of a gate, which is a variable of the governor. Decision records and what-if know it by the variable's name.
 */
export interface GateLimit {
  /** Name in the environment. */
  readonly variable: string;
  readonly kind: 'number' | 'integer' | 'boolean';
  readonly default: number | boolean;
  /** One line, for env files and docs. */
  readonly describe: string;
  /** `min` and `max` are allowed values, `above` is not. */
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
  /** Of the value: `seconds`, `USD`. */
  readonly unit?: string;
  /** Former names of the variable, still accepted. */
  readonly aliases?: readonly string[];
}

/** Plan fields and limits of a gate, by the property under which its rule gets them. */
export type PlanFields = Readonly<Record<string, PlanField>>;
export type GateLimitTable = Readonly<Record<string, GateLimit>>;

/** The values of declared plan fields. */
export type FieldValues<F extends PlanFields> = { [P in keyof F]: number | undefined | 'unreadable' };
/** The values of declared limits. */
export type LimitValues<L extends GateLimitTable> = {
  [P in keyof L]: L[P]['kind'] extends 'boolean' ? boolean : number;
};

/** The numbers that decided, for records. Names are snake_case with units, as in Redis. */
export type GateNumbers = Readonly<Record<string, number | string | boolean>>;

/** A gate's answer: a value, never an exception. */
export type GateAnswer =
  | { refused: false }
  /** `unreadable`: the gate refused because the state that it needs could not be read. */
  | { refused: true; numbers: GateNumbers; unreadable?: true };

/** One gate: a name that is also its reason code, the plans that it applies to, what it reads, and a pure verdict. */
export interface GateOf<N extends string, F extends PlanFields, L extends GateLimitTable> {
  name: N;
  /** When it refuses, for the docs: completes "refuses when ...". */
  summary: string;
  appliesTo: 'all' | 'opens';
  /** Mode where its variable GOV_GATE_<NAME> is not set. A new gate is watched in shadow before it decides. */
  defaultMode: GateMode;
  /** The plan fields that it alone reads. */
  fields: F;
  /** The limits that it alone has. */
  limits: L;
  evaluate: (input: CommonInput & FieldValues<F>, limits: CommonLimits & LimitValues<L>) => GateAnswer;
}

/** Of a gate that declares none. */
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- exactly what is meant
type None = Readonly<Record<never, never>>;
type Spec<N extends string, F extends PlanFields, L extends GateLimitTable> = Omit<
  GateOf<N, F, L>,
  'fields' | 'limits'
> &
  Partial<Pick<GateOf<N, F, L>, 'fields' | 'limits'>>;

/**
 * Declares a gate. What it declares in `fields` and `limits` is all that its rule gets beyond `CommonInput` and
 * `CommonLimits`. Plan parsing, decision records, variables, env files and docs follow from the declaration.
 */
export const defineGate = <
  const N extends string,
  const F extends PlanFields = None,
  const L extends GateLimitTable = None,
>({
  fields = {} as F,
  limits = {} as L,
  ...gate
}: Spec<N, F, L>): GateOf<N, F, L> => ({ ...gate, fields, limits });

/** The verdict of a gate that passes the plan. */
export const PASS: GateAnswer = { refused: false };

/** The verdict of a safety gate whose state could not be read. */
export const UNREADABLE: GateAnswer = { refused: true, numbers: {}, unreadable: true };

/** A refusal with the numbers that decided. */
export const refuse = (numbers: GateNumbers): GateAnswer => ({ refused: true, numbers });

import type { GuardInput } from './input.js';

/** What a guard demands, from the least to the most severe. */
export const DEMANDS = ['none', 'hold', 'reduce_only', 'rollback', 'kill'] as const;
export type Demand = (typeof DEMANDS)[number];

/** UNKNOWN: the guard cannot tell. It never raises a stage, a blend or a multiplier's distance from 1. */
export const GUARD_VERDICTS = ['PASS', 'BREACH', 'UNKNOWN'] as const;
export type GuardVerdict = (typeof GUARD_VERDICTS)[number];

/** What a guard found, with the numbers that decided. */
export interface Finding {
  readonly verdict: GuardVerdict;
  /** Measured value, in the unit of the limit. Undefined: unknown. */
  readonly value: number | undefined;
  readonly limit: number | undefined;
  /** Size of the sample. */
  readonly n: number;
  /** Time of what was measured, unix seconds. */
  readonly asOfSec: number;
  /** Where it differs from the guard's `onBreach` or `onUnknown`. */
  readonly demand?: Demand;
  /** Symbols that are not to be published: their target is the base. */
  readonly toBase?: readonly string[];
  /** Nothing may be renewed: Redis does not answer. */
  readonly stopsRenewal?: true;
}

/** A limit of a guard, a number in the plan's file. */
export interface GuardLimit {
  /** Undefined: the desk gives its own number, or the guard does not run. */
  readonly default: number | undefined;
  /** Allowed values, both included. */
  readonly min: number;
  readonly max: number;
  readonly describe: string;
}
export type GuardLimitTable = Readonly<Record<string, GuardLimit>>;
export type LimitValues<L extends GuardLimitTable> = { readonly [P in keyof L]: number };

/** One guard: its name, what a finding demands, its limits, and a pure judgement. */
export interface GuardOf<N extends string, L extends GuardLimitTable> {
  readonly name: N;
  /** Completes "breaches when ...". */
  readonly summary: string;
  readonly onBreach: Demand;
  readonly onUnknown: Demand;
  /** A breach that begins within a day of the begin of an earlier one demands this. */
  readonly onSecondBreach?: Demand;
  /** Unit of what it finds and of the limit beside it, as views print it. */
  readonly unit: string;
  readonly limits: L;
  readonly evaluate: (input: GuardInput, limits: LimitValues<L>) => Finding;
}

/** Declares a guard. The plan's schema, its docs and the evaluation follow from the declaration. */
export const defineGuard = <const N extends string, const L extends GuardLimitTable>(
  guard: GuardOf<N, L>,
): GuardOf<N, L> => guard;

type Numbers = Pick<Finding, 'n' | 'asOfSec'> & { value: number | undefined; limit: number };

/** PASS up to the limit, BREACH above it, UNKNOWN without a value. */
export const atMost = ({ value, limit, ...sample }: Numbers): Finding =>
  judged(value, limit, sample, (v) => v <= limit);

/** PASS from the limit on, BREACH below it, UNKNOWN without a value. */
export const atLeast = ({ value, limit, ...sample }: Numbers): Finding =>
  judged(value, limit, sample, (v) => v >= limit);

function judged(
  value: number | undefined,
  limit: number,
  { n, asOfSec }: Pick<Finding, 'n' | 'asOfSec'>,
  holds: (value: number) => boolean,
): Finding {
  const sample = { n: Number.isFinite(n) ? n : 0, asOfSec };
  if (value === undefined || !Number.isFinite(value) || !Number.isFinite(limit)) {
    return { verdict: 'UNKNOWN', value: undefined, limit: Number.isFinite(limit) ? limit : undefined, ...sample };
  }
  return { verdict: holds(value) ? 'PASS' : 'BREACH', value, limit, ...sample };
}

/** The more severe demand. */
export const moreSevere = (a: Demand, b: Demand): Demand => (DEMANDS.indexOf(a) >= DEMANDS.indexOf(b) ? a : b);

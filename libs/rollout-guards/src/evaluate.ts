import { GUARDS } from './guards.js';
import type { Guard, GuardLimits, GuardName } from './declared.js';
import { type Demand, type Finding, moreSevere } from './guard.js';
import type { GuardInput } from './input.js';

/** What an evaluation keeps of a guard for the next one. */
export interface GuardMemory {
  /** Exceptions in a row. */
  readonly errors: number;
  /** Time of the last evaluation that gave a finding, unix seconds. */
  readonly answeredSec: number | undefined;
  /** Whether the last PASS or BREACH was a BREACH, and when the latest breach began, unix seconds. */
  readonly isBreached: boolean;
  readonly breachedSec: number | undefined;
}
export type GuardMemories = Readonly<Partial<Record<GuardName, GuardMemory>>>;

/** A guard's finding, and what follows from it. */
export interface GuardResult extends Omit<Finding, 'demand'> {
  readonly guard: GuardName;
  readonly demand: Demand;
  /** Message of the exception that made it UNKNOWN. */
  readonly error?: string;
}

export interface Evaluation {
  /** In the order of the guards. */
  readonly results: readonly GuardResult[];
  /** The most severe demand. No averaging: any one guard acts. */
  readonly demand: Demand;
  /** Whether no guard found anything unknown or demanded anything. Otherwise nothing may be raised. */
  readonly isClean: boolean;
  /** Symbols that are not to be published. */
  readonly toBase: ReadonlySet<string>;
  /** Whether keys may be renewed: every guard has answered within the last three intervals, and Redis answers. */
  readonly mayRenew: boolean;
  readonly memories: GuardMemories;
}

const NEW_MEMORY: GuardMemory = { errors: 0, answeredSec: undefined, isBreached: false, breachedSec: undefined };
const MAX_ERRORS = 3;
const RENEWAL_INTERVALS = 3;
const DAY_SEC = 86_400;

/** Asks every guard that has limits. Total: an exception is UNKNOWN, and three in a row hold. */
export function evaluateGuards(
  input: GuardInput,
  limits: GuardLimits,
  memories: GuardMemories,
  intervalSec: number,
  guards: readonly Guard[] = GUARDS,
): Evaluation {
  const asked = guards.flatMap((guard) => {
    const own = limits[guard.name];
    return own === undefined ? [] : [ask(guard, own, input, memories[guard.name] ?? NEW_MEMORY)];
  });
  const results = asked.map(({ result }) => result);
  const hasAnswered = ({ answeredSec = -Infinity }: GuardMemory): boolean => {
    const ageSec = input.nowSec - answeredSec;
    // The clock may have been set back: an answer of the future counts for nothing.
    return ageSec >= 0 && ageSec <= RENEWAL_INTERVALS * intervalSec;
  };
  return {
    results,
    demand: results.reduce<Demand>((most, { demand }) => moreSevere(most, demand), 'none'),
    isClean: results.every(({ verdict, demand }) => verdict !== 'UNKNOWN' && demand === 'none'),
    toBase: new Set(results.flatMap(({ toBase = [] }) => toBase)),
    mayRenew: asked.every(({ result, memory }) => hasAnswered(memory) && result.stopsRenewal !== true),
    memories: Object.fromEntries(asked.map(({ result, memory }) => [result.guard, memory])),
  };
}

interface Asked {
  result: GuardResult;
  memory: GuardMemory;
}

function ask(guard: Guard, limits: unknown, input: GuardInput, before: GuardMemory): Asked {
  try {
    const { demand: own, ...finding } = guard.evaluate(input, limits as never);
    return answered(guard, finding, own, input.nowSec, before);
  } catch (error) {
    const errors = before.errors + 1;
    const result: GuardResult = {
      guard: guard.name,
      verdict: 'UNKNOWN',
      value: undefined,
      limit: undefined,
      n: 0,
      asOfSec: input.nowSec,
      demand: errors >= MAX_ERRORS ? moreSevere('hold', guard.onUnknown) : guard.onUnknown,
      error: error instanceof Error ? error.message : String(error),
    };
    return { result, memory: { ...before, errors } };
  }
}

function answered(
  guard: Guard,
  finding: Omit<Finding, 'demand'>,
  own: Demand | undefined,
  nowSec: number,
  before: GuardMemory,
): Asked {
  const { verdict } = finding;
  const begins = verdict === 'BREACH' && !before.isBreached;
  const isSecond = begins && nowSec - (before.breachedSec ?? -Infinity) < DAY_SEC;
  const byVerdict = { PASS: 'none', BREACH: own ?? guard.onBreach, UNKNOWN: own ?? guard.onUnknown } as const;
  const second = isSecond ? (guard.onSecondBreach ?? 'none') : 'none';
  return {
    result: { guard: guard.name, ...finding, demand: moreSevere(byVerdict[verdict], second) },
    memory: {
      errors: 0,
      answeredSec: nowSec,
      // UNKNOWN neither begins a breach nor ends one.
      isBreached: verdict === 'UNKNOWN' ? before.isBreached : verdict === 'BREACH',
      breachedSec: begins ? nowSec : before.breachedSec,
    },
  };
}

import { baseTargetUsd } from './target.js';
import { MAX_NUMBER_CHARS, parseJson, parseNumber } from './text.js';

/** A read that the server answered with a value, or could not answer (wrong type, no permission). */
export type Read<T> = { readable: true; value: T } | { readable: false };

/** The fields of `quantum:portfolio:budget:{symbol}` that the budget gate needs, in the order of the HMGET. */
export const BUDGET_FIELDS = ['mode', 'timestamp'] as const;
/** The fields of `quantum:allocation:target:{symbol}` that the cap gate needs, in the order of the HMGET. */
export const ALLOCATION_FIELDS = ['target_usd', 'mode', 'timestamp'] as const;
/** The same where the gate takes the effective target, which begins at the base. */
export const BASED_ALLOCATION_FIELDS = [...ALLOCATION_FIELDS, 'base_target_usd'] as const;
/** The fields of `quantum:state:positions:{symbol}` that notionals need, in the order of the HMGET. */
export const POSITION_FIELDS = ['position_amt', 'mark_price', 'ts_epoch'] as const;

/** P2.8's budget of a symbol: the fields that a gate needs. */
export interface PortfolioBudget {
  enforce: boolean;
  tsSec: number | undefined;
}

/** P2.9's target of a symbol: the fields that a gate needs. */
export interface Allocation {
  enforce: boolean;
  tsSec: number | undefined;
  /** USD, >= 0; undefined if absent or not a number. P2.9's negative targets (losing symbols) count as 0. */
  targetUsd: number | undefined;
  /** What a rollout makes of it: only where the governor reads that, and the target is a number. */
  effective?: EffectiveAllocation;
}

/** An effective target, with what it was computed from. */
export interface EffectiveAllocation {
  /** Base target, USD, >= 0. */
  baseUsd: number;
  /** The multiplier that counts, exactly 1 unless `why` is `ok`. */
  multiplier: number;
  /** Why it counts or does not. */
  why: string;
  /** Base times multiplier, USD, >= 0. */
  targetUsd: number;
}

/** P3.3's position of a symbol. A field is undefined if it is not a number. */
export interface Position {
  /** Signed amount, in units of the asset; 0 if there is no position hash. */
  amount: number | undefined;
  /** USD, > 0. */
  markPriceUsd: number | undefined;
  /** When P3.3 wrote amount and mark price, unix seconds. */
  tsSec: number | undefined;
}

const isEnforce = (mode: string | null): boolean =>
  mode !== null && mode.length <= MAX_NUMBER_CHARS && mode.trim().toLowerCase() === 'enforce';

/** Parses the values of an HMGET of `BUDGET_FIELDS`. */
export const parseBudget = ([mode = null, timestamp = null]: readonly (string | null)[]): PortfolioBudget => ({
  enforce: isEnforce(mode),
  tsSec: parseNumber(timestamp),
});

/** Parses the values of an HMGET of `ALLOCATION_FIELDS`. */
export function parseAllocation([target = null, mode = null, timestamp = null]: readonly (
  string | null
)[]): Allocation {
  const targetUsd = parseNumber(target);
  return {
    enforce: isEnforce(mode),
    tsSec: parseNumber(timestamp),
    targetUsd: targetUsd === undefined ? undefined : Math.max(0, targetUsd),
  };
}

/**
 * Base of an effective target, USD, >= 0, from the values of an HMGET of `BASED_ALLOCATION_FIELDS`; undefined without a
 * target.
 */
export const allocationBaseUsd = ({ targetUsd }: Allocation, [, , , base = null]: readonly (string | null)[]) =>
  targetUsd === undefined ? undefined : baseTargetUsd(targetUsd, base);

/** Parses the values of an HMGET of `POSITION_FIELDS`. A mark price of zero or less counts as absent. */
export function parsePosition([amount = null, markPrice = null, ts = null]: readonly (string | null)[]): Position {
  const markPriceUsd = parseNumber(markPrice);
  return {
    amount: amount === null && markPrice === null ? 0 : parseNumber(amount),
    markPriceUsd: markPriceUsd !== undefined && markPriceUsd > 0 ? markPriceUsd : undefined,
    tsSec: parseNumber(ts),
  };
}

/** An entry of P2.8's violation stream. */
export interface BudgetViolation {
  symbol: string;
  /** When the budget was exceeded, unix seconds. */
  tsSec: number;
}

/** Reads the `json` field of a violation entry. `none`: well-formed, no violation. `invalid`: not the agreed JSON. */
export function parseViolation(json: string | undefined): BudgetViolation | 'none' | 'invalid' {
  const value = parsePythonJson(json ?? '');
  if (typeof value !== 'object' || value === null) return 'invalid';
  const { symbol, over_budget: overBudget, timestamp } = value as Record<string, unknown>;
  if (overBudget === undefined || overBudget === null || overBudget === false || overBudget === 0) return 'none';
  const tsSec = typeof timestamp === 'string' ? parseNumber(timestamp) : timestamp;
  if (typeof symbol !== 'string' || typeof tsSec !== 'number' || !Number.isFinite(tsSec)) return 'invalid';
  return { symbol, tsSec };
}

// A whole string, terminated or not, or a word that Python's json writes for a number that JSON does not have.
const STRING_OR_WORD = /"(?:[^"\\]+|\\[^]?)*"?|(?<![\w.+-])(?:-?Infinity|NaN)(?!\w)/g;

/**
 * Parses JSON as Python's json module writes it. `NaN`, `Infinity` and `-Infinity` outside strings become a number that
 * is not finite. Undefined if the text is still not JSON.
 */
export function parsePythonJson(text: string): unknown {
  // Most texts have no such word and are parsed once. 1e999 is valid JSON, but beyond the range of a double.
  return (
    parseJson(text) ?? parseJson(text.replace(STRING_OR_WORD, (found) => (found.startsWith('"') ? found : '1e999')))
  );
}

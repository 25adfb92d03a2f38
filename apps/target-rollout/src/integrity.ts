import type { GuardInput } from '@quantum/rollout-guards';
import type { PublishedMultiplier } from '@quantum/redis-schemas';
import { decideCycle, type CycleDecision, type CycleInput } from '@quantum/rollout-plan';
import type { MarketRead } from './read-market.js';
import type { SymbolRead } from './read-symbols.js';
import { countOf } from './publish.js';

/** What this process did in its last cycle. */
export interface OwnCycle {
  input: CycleInput;
  decision: CycleDecision;
}

/** The multipliers that this process has written and not removed. */
export interface OwnWrites {
  /** Whether Redis has answered to each of them. Else it is unknown which of them were written. */
  isCertain: boolean;
  bySymbol: ReadonlyMap<string, PublishedMultiplier>;
}

/**
 * How far the own clock is from Redis' time, which was read between these two times of it, seconds; ahead is positive.
 */
export function clockSkewSec(askedSec: number, redisSec: number, answeredSec: number): number {
  if (redisSec < askedSec) return askedSec - redisSec;
  return Math.min(0, answeredSec - redisSec);
}

/** What surrounds the last cycle. */
export interface Surroundings {
  /** Token of the lease. */
  token: string;
  /** NaN: not known. */
  unknownPolicies: number;
  clockSkewSec: number;
  /** Whether the evidence of the cycles so far is in its stream. */
  isRecorded: boolean;
}

/** What the guard `integrity` judges. Undefined: multipliers could not be read. */
export function integrityOf(
  last: OwnCycle | undefined,
  writes: OwnWrites,
  { symbols, otherPublished }: Pick<MarketRead, 'symbols' | 'otherPublished'>,
  { token, unknownPolicies, clockSkewSec, isRecorded }: Surroundings,
): GuardInput['integrity'] {
  const found = [...[...symbols].map(([symbol, { published }]) => [symbol, published] as const), ...otherPublished];
  if (found.some(([, published]) => published === 'unreadable')) return undefined;
  const isDifferent = last !== undefined && textOf(decideCycle(last.input)) !== textOf(last.decision);
  // A cycle whose inputs are not recorded cannot be replayed.
  const notDifferent = isRecorded ? 0 : NaN;
  return {
    // Multipliers of the last cycle, whichever process wrote them: a restart changes no input of a guard.
    replayed: found.filter(([, published]) => typeof published === 'object' && published.reading !== undefined).length,
    different: isDifferent ? 1 : notDifferent,
    unknownPolicies,
    foreignWrites: found.filter(([symbol, published]) => isForeign(published, symbol, writes, token)).length,
    clockSkewSec,
  };
}

/** A decision as text, to compare. */
const textOf = ({ step, evaluation, multipliers }: CycleDecision): string =>
  JSON.stringify([step, evaluation.results, [...evaluation.toBase], [...multipliers]]);

/** A multiplier is ours if this process wrote it, or a process before it did. */
function isForeign(
  published: SymbolRead['published'],
  symbol: string,
  { isCertain, bySymbol }: OwnWrites,
  token: string,
): boolean {
  if (published === 'wrong_type') return true;
  if (published === 'unreadable' || published.reading === undefined) return false;
  const { fence, multiplier, ts } = published;
  const own = bySymbol.get(symbol);
  if (isCertain && own) {
    return fence !== own.fence || String(own.multiplier) !== multiplier || String(own.tsEpochSec) !== ts;
  }
  if (fence === token) return isCertain;
  return !/^\d+:/.test(fence) || Number(countOf(fence)) >= Number(countOf(token));
}

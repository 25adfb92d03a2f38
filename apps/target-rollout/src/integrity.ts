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

/** What the guard `integrity` judges. Undefined: multipliers could not be read. */
export function integrityOf(
  last: OwnCycle | undefined,
  writes: OwnWrites,
  { symbols, otherPublished }: Pick<MarketRead, 'symbols' | 'otherPublished'>,
  token: string,
  unknownPolicies: number,
  clockSkewSec: number,
): GuardInput['integrity'] {
  const found = [...[...symbols].map(([symbol, { published }]) => [symbol, published] as const), ...otherPublished];
  if (found.some(([, published]) => published === 'unreadable')) return undefined;
  return {
    // Multipliers of the last cycle, whichever process wrote them: a restart changes no input of a guard.
    replayed: found.filter(([, published]) => typeof published === 'object' && published.reading !== undefined).length,
    different: last === undefined || textOf(decideCycle(last.input)) === textOf(last.decision) ? 0 : 1,
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
  if (fence !== token) return !/^\d+:/.test(fence) || Number(countOf(fence)) >= Number(countOf(token));
  const own = bySymbol.get(symbol);
  if (!isCertain) return false;
  return own === undefined || String(own.multiplier) !== multiplier || String(own.tsEpochSec) !== ts;
}

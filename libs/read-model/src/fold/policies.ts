import type { DecisionRow } from '../snapshot/decisions.js';
import type { PolicyRow } from '../snapshot/snapshot.js';
import type { SymbolRow } from '../snapshot/symbols.js';
import { parametersOf, type Parameters } from '../parameters.js';
import type { PolicyReading } from '../readings.js';

/** More hashes than this are not shown: a policy file has a set of parameters for each symbol that needs its own. */
const MAX_POLICIES = 100;

/** What is decided by a hash: what for, and by how many symbols' proposals. */
export interface PolicyUse {
  readonly hash: string;
  readonly decides: 'proposal' | 'hint' | 'score' | 'limits';
  readonly symbols: number;
}

/** The hashes that decide now: those of proposals first, the most used first. */
export function policiesInUse(rows: Iterable<SymbolRow>, decisions: readonly DecisionRow[], scorePolicy: string): PolicyUse[] {
  const symbols = new Map<string, number>();
  for (const { policy } of rows) if (policy !== '') symbols.set(policy, (symbols.get(policy) ?? 0) + 1);
  const proposals = [...symbols].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const named = (hashes: readonly string[], decides: PolicyUse['decides']): PolicyUse[] =>
    [...new Set(hashes)].filter((hash) => hash !== '').sort().map((hash) => ({ hash, decides, symbols: 0 })); // prettier-ignore
  return [
    ...proposals.map(([hash, count]): PolicyUse => ({ hash, decides: 'proposal', symbols: count })),
    ...named(decisions.map(({ policy }) => policy), 'hint'),
    ...named([scorePolicy], 'score'),
    ...named(decisions.map(({ limits }) => limits), 'limits'),
  ].slice(0, MAX_POLICIES); // prettier-ignore
} // prettier-ignore

/** Texts by hash, as they were read. */
export type PolicyTexts = ReadonlyMap<string, Parameters>;

/** The texts with those that were read, and without those of hashes that decide nothing any more. */
export function withTexts(before: PolicyTexts, readings: readonly PolicyReading[], uses: readonly PolicyUse[]): PolicyTexts {
  const inUse = new Set(uses.map(({ hash }) => hash));
  const added = readings.flatMap(({ hash, text }): [string, Parameters][] => {
    const parameters = text === null || !inUse.has(hash) ? undefined : parametersOf(text);
    return parameters ? [[hash, parameters]] : [];
  });
  const isUnused = [...before.keys()].some((hash) => !inUse.has(hash));
  if (added.length === 0 && !isUnused) return before;
  return new Map([...[...before].filter(([hash]) => inUse.has(hash)), ...added]);
} // prettier-ignore

/** Policies as views show them. */
export const policyRows = (uses: readonly PolicyUse[], texts: PolicyTexts): PolicyRow[] =>
  uses.map(({ hash, decides, symbols }) => ({ hash, decides, symbols, parameters: texts.get(hash) ?? {} }));

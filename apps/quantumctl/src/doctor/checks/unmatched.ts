import { isProofSymbol } from '@quantum/redis-schemas';
import type { HashFacts } from '../facts.js';
import { alike, type Check } from '../finding.js';
import { plainSymbol } from '../words.js';

/** Hashes whose symbol has none on the other side under any spelling: another spelling is a finding of its own. */
function without(hashes: readonly HashFacts[], others: readonly HashFacts[]): readonly HashFacts[] {
  const known = new Set(others.map(({ symbol }) => plainSymbol(symbol)));
  return hashes.filter(({ symbol }) => !known.has(plainSymbol(symbol)) && !isProofSymbol(symbol));
}

export const unmatched: Check = {
  name: 'unmatched',
  harm: 'part',
  finds: 'targets without scores, and scores without targets',
  find: ({ hashes: { targets, scores } }) => {
    if (targets.length === 0 || scores.length === 0) return [];
    return [
      ...alike(without(targets, scores), () => 'target', ({ key }) => ({
        key,
        value: 'no score',
        means: 'Its multiplier is 1 (missing_eff), whatever it earns.',
        owner: 'P3.1',
        remedy: 'score each symbol that P2.9 has a target for',
      })),
      ...alike(without(scores, targets), () => 'score', ({ key }) => ({
        key,
        value: 'no target',
        means: 'Nothing is proposed for it. The score only hints at plans.',
        owner: 'P2.9',
        remedy: 'write a target, or take the symbol off the list of P3.1',
      })),
    ];
  },
}; // prettier-ignore

import { effectiveMultiplier } from '@quantum/effective-target';
import type { CycleMarket } from '@quantum/rollout-evidence';
import { isFreshAge } from '@quantum/rollout-guards';
import { cohortOf, guardLimitsOf, type RolloutPlan, type RolloutState } from '@quantum/rollout-plan';
import type { CycleFacts } from './decide.js';
import type { SymbolRead } from './read-symbols.js';

/** The multipliers that are in effect, as every reader finds them. */
export function effectiveOf(
  symbols: ReadonlyMap<string, SymbolRead>,
  epoch: number | null,
  nowSec: number,
): Map<string, number> {
  return new Map(
    [...symbols].flatMap(([symbol, { published }]): [string, number][] => {
      if (typeof published === 'string') return [];
      const reads = {
        published: { readable: true, value: published.reading },
        epoch: { readable: true, value: epoch ?? undefined },
      } as const;
      const { multiplier, why } = effectiveMultiplier(reads, nowSec);
      return why === 'ok' ? [[symbol, multiplier]] : [];
    }),
  );
}

/** The policies that proposals carry. */
export const policiesOf = (symbols: ReadonlyMap<string, SymbolRead>): string[] =>
  [...new Set([...symbols.values()].map(({ policy }) => policy))].filter((policy) => policy !== '');

/** Whether proposals carry more than one policy, or one of them none. */
export const isPolicyMixed = (symbols: ReadonlyMap<string, SymbolRead>): boolean =>
  policiesOf(symbols).length > 1 ||
  [...symbols.values()].some(({ proposed, policy }) => proposed !== undefined && policy === '');

/** The one policy that proposals carry; undefined: none, or more than one. */
export function policyOf(symbols: ReadonlyMap<string, SymbolRead>): string | undefined {
  const [policy, ...others] = policiesOf(symbols);
  return others.length === 0 ? policy : undefined;
}

/** What a cycle finds, as folds take it. A base or a mark that is older than its guard allows is unknown. */
export function marketOf(
  { nowSec, market, times }: Pick<CycleFacts, 'nowSec' | 'market' | 'times'>,
  plan: RolloutPlan,
  state: RolloutState,
  excluded: ReadonlySet<string>,
  before: ReadonlyMap<string, number>,
): CycleMarket {
  const { freshness } = guardLimitsOf(plan);
  const isFresh = (sec: number | undefined, maxAgeSec = 0): boolean =>
    sec !== undefined && isFreshAge(nowSec - sec, maxAgeSec);
  return {
    nowSec,
    policy: policyOf(market.symbols),
    symbols: new Map(
      [...market.symbols].map(([symbol, { baseUsd, proposed, positionUsd, priceUsd }]) => {
        const { baseSec, priceSec } = times.get(symbol) ?? {};
        const row = {
          baseUsd: isFresh(baseSec, freshness?.maxBaseSec) ? baseUsd : undefined,
          multiplier: proposed,
          positionUsd,
          priceUsd: isFresh(priceSec, freshness?.maxPriceSec) ? priceUsd : undefined,
          effective: before.get(symbol) ?? 1,
        };
        return [symbol, row];
      }),
    ),
    cohort: cohortOf(plan, state.stage, excluded),
    ...market.book,
  };
}

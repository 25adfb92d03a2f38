import { testPlan, type TestMarket, type TestPlan, type TestSymbol } from '@quantum/rollout-testbed';

/** A symbol whose proposal is below its base, by its score, has the most to lose when its price rises. */
const MARKET: TestMarket = new Map([
  ['BTCUSDT', { baseUsd: 30_000, score: 0.3, priceUsd: 60_000, amount: 0.4 }],
  ['ETHUSDT', { baseUsd: 20_000, score: 0.35, priceUsd: 3_000, amount: 6 }],
  ['SOLUSDT', { baseUsd: 30_000, score: 0.7, priceUsd: 150, amount: 180 }],
  ['XRPUSDT', { baseUsd: 20_000, score: 0.6, priceUsd: 2, amount: 9_000 }],
]);
export const marketOfDemo = (): Map<string, TestSymbol> => new Map(MARKET);

const stage = { direction: 'down_only', minHours: 0.001, minPeriods: 0, approvals: 0, require: 'none' };

/** Three stages of four seconds. The second needs an approval by someone else than the proposer. */
export const planOfDemo = (): TestPlan =>
  testPlan({
    name: 'demo',
    cohorts: { pilot: ['BTCUSDT'], rest: ['ETHUSDT', 'SOLUSDT', 'XRPUSDT'] },
    stages: [
      { ...stage, name: 'pilot', cohorts: ['pilot'], blend: 0.25 },
      { ...stage, name: 'half', cohorts: ['pilot', 'rest'], blend: 0.5, approvals: 1 },
      { ...stage, name: 'most', cohorts: ['pilot', 'rest'], blend: 0.75, minHours: 1 },
    ],
  });

/** What goes wrong: the prices of the symbols whose targets are reduced rise by this share. */
export const RALLY = 0.12;
export function rally(market: Map<string, TestSymbol>, symbols: Iterable<string>): void {
  for (const symbol of symbols) {
    const before = market.get(symbol);
    if (before) market.set(symbol, { ...before, priceUsd: before.priceUsd * (1 + RALLY) });
  }
}

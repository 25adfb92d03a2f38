import type { Redis } from '@quantum/redis-io';
import {
  ROLLOUT_AUDIT_STREAM,
  ROLLOUT_EPOCH_KEY,
  ROLLOUT_PERIOD_KEY,
  ROLLOUT_STATE_KEY,
  rolloutCommandStream,
  STREAMS,
} from '@quantum/redis-schemas';
import {
  encodeFolds,
  evidenceFields,
  foldCycle,
  NEW_FOLDS,
  type CycleMarket,
  type EvidenceEntry,
  type EvidenceFigures,
  type Folds,
} from '@quantum/rollout-evidence';
import { initialState } from '@quantum/rollout-plan';
import { gaussian, mulberry32, type Rng } from '@quantum/testbed';
import type { TestMarket } from './market.js';
import type { TestPlan } from './plan.js';

/** What a day of a rollout that publishes nothing leaves. */
export interface ShadowDay {
  folds: Folds;
  entries: readonly EvidenceEntry[];
  figures: EvidenceFigures;
}

export interface ShadowOptions {
  plan: TestPlan;
  /** Hash of the policy, and each proposal's multiplier, the whole day. */
  policy: string;
  multipliers: ReadonlyMap<string, number>;
  /** Its prices are those of the end. */
  market: TestMarket;
  /** Unix seconds. */
  endSec: number;
  seed: number;
}

/** More than the 24 hours that must count: the first one and the last one are not whole. */
const HOURS = 26;
/** Standard deviation of the return of a symbol in an hour. */
const HOUR_SD = 0.004;

/**
 * The evidence of 26 hours of shadow, by the functions that the service calls, on drawn prices. Without a day of
 * evidence a rollout does not know how much its advantage varies, and raises nothing.
 */
export function shadowDay(options: ShadowOptions): ShadowDay {
  const { plan, endSec, seed } = options;
  const { periodSec } = plan.plan.evidence;
  const startSec = Math.ceil((endSec - HOURS * 3600) / periodSec) * periodSec;
  const timesSec = Array.from({ length: Math.floor((endSec - startSec) / periodSec) + 1 }, (_, i) => startSec + i * periodSec);
  const prices = pricesOf(options.market, timesSec.length, HOUR_SD * Math.sqrt(periodSec / 3600), mulberry32(seed));
  const entries: EvidenceEntry[] = [];
  let folds = NEW_FOLDS;
  let figures: EvidenceFigures | undefined;
  timesSec.forEach((nowSec, i) => {
    const cycle = foldCycle(folds, marketAt(options, nowSec, prices, i), {
      plan: plan.plan,
      hash: plan.hash,
      state: initialState(null),
      intervalSec: periodSec,
      published: new Map(),
      wasPublished: false,
    });
    ({ folds, figures } = cycle);
    entries.push(...cycle.entries);
  });
  if (!figures) throw new Error('a day without a period');
  return { folds, entries, figures };
} // prettier-ignore

/** Random walks that end at the prices of the market. */
function pricesOf(market: TestMarket, count: number, sd: number, rng: Rng): ReadonlyMap<string, readonly number[]> {
  return new Map(
    [...market].map(([symbol, { priceUsd }]) => {
      const walk = [priceUsd];
      while (walk.length < count) walk.push((walk.at(-1) ?? priceUsd) * Math.exp(sd * gaussian(rng)));
      return [symbol, walk.reverse()];
    }),
  );
}

const marketAt = (
  { market, multipliers, policy }: ShadowOptions,
  nowSec: number,
  prices: ReadonlyMap<string, readonly number[]>,
  i: number,
): CycleMarket => ({
  nowSec,
  policy,
  cohort: new Set(),
  symbols: new Map(
    [...market].map(([symbol, { baseUsd, amount }]) => {
      const priceUsd = prices.get(symbol)?.[i];
      return [symbol, { baseUsd, multiplier: multipliers.get(symbol), positionUsd: amount * (priceUsd ?? NaN), priceUsd, effective: 1 }];
    }),
  ),
}); // prettier-ignore

/**
 * Gives a Redis the evidence of a day, and nothing else of a rollout: what is there of one is removed, with the
 * commands of these users.
 */
export async function putShadowDay(redis: Redis, { folds }: Pick<ShadowDay, 'folds'>, users: readonly string[] = []): Promise<void> {
  const batch = redis.multi().del(ROLLOUT_STATE_KEY, ROLLOUT_PERIOD_KEY, ROLLOUT_AUDIT_STREAM, ROLLOUT_EPOCH_KEY);
  for (const user of users) batch.del(rolloutCommandStream(user));
  batch.hset(ROLLOUT_PERIOD_KEY, { version: '1', folds: encodeFolds(folds), outbox: '' });
  for (const [error] of (await batch.exec()) ?? []) if (error) throw error;
} // prettier-ignore

/** Adds the entries of a day to the stream of the evidence, which has no later ones yet. */
export async function putShadowEntries(redis: Redis, { entries }: Pick<ShadowDay, 'entries'>): Promise<void> {
  const batch = redis.pipeline();
  let [lastSec, sequence] = [0, 0];
  for (const entry of entries) {
    sequence = entry.closedSec === lastSec ? sequence + 1 : 0;
    lastSec = entry.closedSec;
    batch.xadd(STREAMS.rolloutEvidence, `${lastSec * 1000}-${sequence}`, ...evidenceFields(entry));
  }
  for (const [error] of (await batch.exec()) ?? []) if (error) throw error;
}

import { brainStateKey, efficiencyKey, STREAMS } from '@quantum/redis-schemas';
import { createTicker } from '@quantum/service-kit';
import { lastEntryId } from '@quantum/testbed';
import type { Redis } from '@quantum/redis-io';
import type { PriceRow, PriceSource } from '../prices/price-source.js';
import { rngOfTick } from '../random.js';
import { ApplyLayer, type ApplyTally } from './apply-layer.js';
import { foreignDecisionSince } from './guard.js';
import { WINDOW_MINUTES } from './market.js';
import { feedTick, startFeed, TARGET_EVERY_TICKS, TICK_SEC, withHistory, type FeedState } from './tick.js';
import { applyWrites, type Write } from './writes.js';

const POLL_MS = 100;
/** On an existing Redis, the feed checks for other writers every nth tick. */
const GUARD_EVERY_TICKS = 5;

interface FeedOptions {
  redis: Redis;
  source: PriceSource;
  seed: number;
  /** Minutes of prices per second, an integer. */
  speed: number;
  /** Whether the Redis is private: only there the feed writes a history, and it need not check for others. */
  privateRedis: boolean;
  /** Called with the prices of each tick that writes targets, in the order of the source's symbols. */
  onPrices: (nowSec: number, pricesUsd: readonly number[]) => void;
  /** Called with the error of a failed tick; the feed goes on. */
  onError: (error: unknown) => void;
  /** Called with the reason when the feed has ended by itself. */
  onEnded: (why: string) => void;
}

export interface Feed {
  readonly tally: Readonly<ApplyTally>;
  /** Time of the last prices, unix seconds. */
  readonly priceTsSec: number;
  /** Symbols that start with permits of the past hour. */
  readonly history: readonly string[];
  /**
   * Ends the feed. On an existing Redis, it removes the keys that it wrote, and scores and states that a brain made of
   * them; the brain must have stopped.
   */
  stop(): Promise<void>;
}

/** Starts the feed: a tick per second, with polls for answers in between. Resolves after the first tick. */
export async function runFeed(options: FeedOptions): Promise<Feed> {
  const { redis, source, seed, speed, privateRedis, onPrices, onError, onEnded } = options;
  const applyLayer = new ApplyLayer(redis);
  const written = new Set<string>();
  const write = async (writes: readonly Write[]) => {
    for (const item of writes) if (item.kind !== 'entry') written.add(item.key);
    await applyWrites(redis, writes);
  };

  let state: FeedState = begin(source, seed);
  let withPast: string[] = [];
  if (privateRedis) {
    const history = withHistory(state, nowSec());
    state = history.state;
    withPast = history.symbols;
    await write(history.writes);
  }
  const tick = async () => {
    const now = nowSec();
    const { tick } = state;
    const outcome = feedTick(state, applyLayer.takeFills(), take(source, speed), now, rngOfTick(seed, tick));
    state = outcome.state;
    await write(outcome.writes);
    if (tick % TARGET_EVERY_TICKS === 0) onPrices(now, pricesOf(state));
    if (outcome.order !== undefined) applyLayer.expect(outcome.order, now);
  };

  const aloneAfter = privateRedis ? undefined : await lastEntryId(redis, STREAMS.allocationDecision);
  let ended = false;
  const guardedTick = async () => {
    if (ended) return;
    const check = aloneAfter !== undefined && state.tick % GUARD_EVERY_TICKS === 0;
    if (check && (await foreignDecisionSince(redis, aloneAfter))) {
      ended = true;
      onEnded('the feed has ended: another writer now writes targets into this Redis');
      return;
    }
    await tick();
  };

  await tick();
  const tickers = [
    createTicker({ intervalMs: TICK_SEC * 1000, run: guardedTick, onError }),
    createTicker({ intervalMs: POLL_MS, run: () => applyLayer.poll(nowSec()), onError }),
  ];
  return {
    tally: applyLayer.tally,
    history: withPast,
    get priceTsSec() {
      return state.priceTsSec;
    },
    async stop() {
      await Promise.all(tickers.map((ticker) => ticker.stop()));
      if (privateRedis) return;
      const { symbols } = source;
      await redis.del(...symbols.map(efficiencyKey), ...symbols.map(brainStateKey));
      // Keys that another writer has taken over are no longer ours to delete.
      if (!ended) await redis.del(...written);
    },
  };
}

function begin(source: PriceSource, seed: number): FeedState {
  const runId = `demo-${Date.now().toString(36)}`;
  return startFeed(runId, source.symbols, take(source, WINDOW_MINUTES + 1), rngOfTick(seed, -1));
}

const pricesOf = ({ symbols }: FeedState): number[] => symbols.map(({ market }) => market.priceUsd);

const take = (source: PriceSource, count: number): PriceRow[] => Array.from({ length: count }, () => source.next());

const nowSec = (): number => Date.now() / 1000;

import { describe, expect, it } from '@jest/globals';
import {
  brainStateKey,
  efficiencyKey,
  EXECUTION_STREAMS,
  parsePlan,
  parsePosition,
  parseTarget,
  parseTicker,
  permitKey,
  POSITION_FIELDS,
  positionKey,
  STREAMS,
  TARGET_FIELDS,
  targetKey,
  TICKER_FIELDS,
  tickerKey,
} from '@quantum/redis-schemas';
import { expectTtl, serverTimeMs, readStream, useRedis, waitFor, waitForEntry } from '@quantum/testing';
import { simulatedSource } from '../prices/simulated.js';
import { reasonsAgainstFeed } from './guard.js';
import { runFeed, type Feed } from './run-feed.js';

const ofFile = useRedis();
const { symbols } = simulatedSource(42);

async function withFeed(
  privateRedis: boolean,
  check: (feed: Feed, ended: string[], prices: readonly (readonly number[])[]) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  const ended: string[] = [];
  const prices: (readonly number[])[] = [];
  const feed = await runFeed({
    redis: ofFile.redis(),
    source: simulatedSource(42),
    seed: 42,
    speed: 1,
    privateRedis,
    onPrices: (_nowSec, pricesUsd) => prices.push(pricesUsd),
    onError: (error) => errors.push(error),
    onEnded: (why) => ended.push(why),
  });
  try {
    await check(feed, ended, prices);
  } finally {
    await feed.stop();
  }
  expect(errors).toEqual([]);
}

describe('the feed', () => {
  it('writes targets, positions and prices in the contract’s format, at once', async () => {
    const sinceMs = await serverTimeMs(ofFile.redis());
    await withFeed(true, async (_feed, _ended, prices) => {
      const redis = ofFile.redis();
      expect((await readStream(redis, STREAMS.allocationDecision)).map(({ fields }) => fields['symbol'])).toEqual(
        symbols,
      );
      expect(prices.map(({ length }) => length)).toEqual([symbols.length]);
      for (const [index, symbol] of symbols.entries()) {
        const target = parseTarget(await redis.hmget(targetKey(symbol), ...TARGET_FIELDS));
        expect(target).toMatchObject({ state: 'read' });
        const read = redis.multi().hmget(positionKey(symbol), ...POSITION_FIELDS); // no tick in between
        const replies = await read.hmget(tickerKey(symbol), ...TICKER_FIELDS).exec();
        const [held, quoted] = (replies ?? []).map(([, values]) => values as (string | null)[]);
        const position = parsePosition(held ?? []);
        expect(Math.sign(position.amount ?? 0)).toBe(index % 3 === 2 ? -1 : 1);
        expect(position.markPriceUsd).toBeGreaterThan(0);
        expect(parseTicker(quoted ?? [])).toEqual({ value: position.markPriceUsd, atSec: position.tsSec });
        await expectTtl(redis, targetKey(symbol), 300, sinceMs);
        await expectTtl(redis, tickerKey(symbol), 10, sinceMs);
      }
    });
  });

  it('sends plans, consumes their permits, and executes what the hint leaves of them', async () => {
    await withFeed(true, async (feed) => {
      const redis = ofFile.redis();
      const { fields } = await waitForEntry(redis, STREAMS.plans);
      expect(parsePlan(fields)).toMatchObject({ kind: 'plan' });
      const permit = { granted: true, eff_action: 'DOWNSIZE', downsize_factor: '0.5000', extra_cooldown_sec: '60' };
      await redis.set(permitKey(fields['plan_id'] ?? ''), JSON.stringify(permit));
      await waitFor(() => feed.tally.consumed === 1, { what: 'the permit to be consumed' });
      expect(await redis.exists(permitKey(fields['plan_id'] ?? ''))).toBe(0);
      const executed = await waitForEntry(redis, STREAMS.executionResult);
      const { execution } = EXECUTION_STREAMS.execution_result.adapter(executed.fields, Date.now() / 1000);
      expect(execution).toMatchObject({ symbol: fields['symbol'], orderId: fields['plan_id'] });
      const sign = fields['side'] === 'BUY' ? 1 : -1;
      expect(execution?.fill?.qty).toBeCloseTo((sign * Number(fields['qty'])) / 2, 12);
    });
  });

  it('leaves no key behind on an existing Redis, nor a score or state of the brain', async () => {
    await withFeed(false, async () => {
      for (const key of [efficiencyKey('BTCUSDT'), brainStateKey('BTCUSDT')]) await ofFile.redis().hset(key, 'a', 1);
      await waitForEntry(ofFile.redis(), STREAMS.plans);
    });
    const left = await ofFile.redis().keys('*');
    expect(left.sort()).toEqual([STREAMS.allocationDecision, STREAMS.plans].sort());
  });

  it('ends by itself when another writer starts to write targets', async () => {
    await withFeed(false, async (_, ended) => {
      await ofFile.redis().xadd(STREAMS.allocationDecision, '*', 'symbol', 'BTCUSDT');
      await waitFor(() => ended.length > 0, { what: 'the feed to end' });
      expect(ended).toEqual(['the feed has ended: another writer now writes targets into this Redis']);
    });
  });
});

describe('before it starts, the feed', () => {
  it('accepts an empty Redis, and one with leftovers of a feed', async () => {
    expect(await reasonsAgainstFeed(ofFile.redis(), symbols)).toEqual([]);
    await withFeed(true, async () => {
      await ofFile.redis().xgroup('CREATE', STREAMS.plans, 'governor', '$', 'MKSTREAM');
      await ofFile.redis().hset('quantum:allocation:target:proposed:BTCUSDT', 'mode', 'shadow');
      expect(await reasonsAgainstFeed(ofFile.redis(), symbols)).toEqual([]);
    });
  });

  it('detects the real teams, and other readers of plans', async () => {
    const redis = ofFile.redis();
    await redis.hset(targetKey('REALUSDT'), { target_usd: '1', timestamp: '1' });
    await redis.hset(efficiencyKey('BTCUSDT'), { efficiency_score: '0.5' });
    await redis.hset(brainStateKey('ETHUSDT'), { version: '1' });
    await redis.hset(tickerKey('BTCUSDT'), { price: '1' });
    await redis.xgroup('CREATE', STREAMS.executionResult, 'risk', '$', 'MKSTREAM');
    await redis.set(positionKey('ETHUSDT'), 'of another type');
    await redis.xgroup('CREATE', STREAMS.plans, 'executors', '$', 'MKSTREAM');
    expect(await reasonsAgainstFeed(redis, symbols)).toEqual([
      'P2.9 is active: live targets that the feed did not write (quantum:allocation:target:REALUSDT)',
      'P3.1 is active: there are scores (quantum:capital:efficiency:BTCUSDT)',
      'another brain would lose its states (quantum:brain:state:ETHUSDT)',
      'P3.3 is active: positions that the feed did not write (quantum:state:positions:ETHUSDT)',
      'a price feed is active: prices that this feed did not write (quantum:ticker:BTCUSDT)',
      'others read the plan stream and could execute plans (groups executors)',
      'others read executions and could take these for real (groups risk)',
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import {
  efficiencyKey,
  EFFICIENCY_FIELDS,
  parseEfficiency,
  parsePlan,
  parsePosition,
  parseTarget,
  permitKey,
  POSITION_FIELDS,
  positionKey,
  STREAMS,
  TARGET_FIELDS,
  targetKey,
} from '@quantum/redis-schemas';
import { expectTtl, serverTimeMs, readStream, useRedis, waitFor, waitForEntry } from '@quantum/testing';
import { simulatedSource } from '../prices/simulated.js';
import { reasonsAgainstFeed } from './guard.js';
import { runFeed, type Feed } from './run-feed.js';

const ofFile = useRedis();
const { symbols } = simulatedSource(42);

async function withFeed(privateRedis: boolean, check: (feed: Feed, ended: string[]) => Promise<void>): Promise<void> {
  const errors: unknown[] = [];
  const ended: string[] = [];
  const feed = await runFeed({
    redis: ofFile.redis(),
    source: simulatedSource(42),
    seed: 42,
    speed: 1,
    privateRedis,
    onError: (error) => errors.push(error),
    onEnded: (why) => ended.push(why),
  });
  try {
    await check(feed, ended);
  } finally {
    await feed.stop();
  }
  expect(errors).toEqual([]);
}

describe('the feed', () => {
  it('writes targets, scores and positions in the contract’s format, at once', async () => {
    const sinceMs = await serverTimeMs(ofFile.redis());
    await withFeed(true, async () => {
      const redis = ofFile.redis();
      expect((await readStream(redis, STREAMS.allocationDecision)).map(({ fields }) => fields['symbol'])).toEqual(
        symbols,
      );
      let readable = 0;
      for (const symbol of symbols) {
        const target = parseTarget(await redis.hmget(targetKey(symbol), ...TARGET_FIELDS));
        expect(target).toMatchObject({ state: 'read' });
        const position = parsePosition(await redis.hmget(positionKey(symbol), ...POSITION_FIELDS));
        expect(position.amount).toBeGreaterThan(0);
        expect(position.markPriceUsd).toBeGreaterThan(0);
        await expectTtl(redis, targetKey(symbol), 300, sinceMs);
        if ((await redis.type(efficiencyKey(symbol))) !== 'hash') continue;
        const reading = parseEfficiency(await redis.hmget(efficiencyKey(symbol), ...EFFICIENCY_FIELDS));
        if (reading.state !== 'read' || reading.score === undefined) continue;
        readable += 1;
        expect(reading.score).toBeGreaterThanOrEqual(0);
        expect(reading.score).toBeLessThanOrEqual(1);
        await expectTtl(redis, efficiencyKey(symbol), 600, sinceMs);
      }
      expect(readable).toBeGreaterThan(6);
    });
  });

  it('sends plans, waits for their permits and consumes them', async () => {
    await withFeed(true, async (feed) => {
      const redis = ofFile.redis();
      const { fields } = await waitForEntry(redis, STREAMS.plans);
      expect(parsePlan(fields)).toMatchObject({ kind: 'plan' });
      await redis.set(permitKey(fields['plan_id'] ?? ''), '{}');
      await waitFor(() => feed.tally.consumed === 1, { what: 'the permit to be consumed' });
      expect(await redis.exists(permitKey(fields['plan_id'] ?? ''))).toBe(0);
    });
  });

  it('leaves no key behind on an existing Redis', async () => {
    await withFeed(false, async () => {
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
    await redis.set(positionKey('ETHUSDT'), 'of another type');
    await redis.xgroup('CREATE', STREAMS.plans, 'executors', '$', 'MKSTREAM');
    expect(await reasonsAgainstFeed(redis, symbols)).toEqual([
      'P2.9 is active: live targets that the feed did not write (quantum:allocation:target:REALUSDT)',
      'P3.1 is active: scores that the feed did not write (quantum:capital:efficiency:BTCUSDT)',
      'P3.3 is active: positions that the feed did not write (quantum:state:positions:ETHUSDT)',
      'others read the plan stream and could execute plans (groups executors)',
    ]);
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { useRedis } from '@quantum/testing';
import { readClockSkewsSec, readEvictionPolicy } from './server-facts.js';
import { ServerWatch } from './server-watch.js';

const file = useRedis();
const { redis } = file;

/** The value of a gauge; undefined while it has no series. */
class FakeGauge {
  value: number | undefined = 0;
  set(value: number): void {
    this.value = value;
  }
  remove(): void {
    this.value = undefined;
  }
}

function watch(client = redis(), nowMs?: () => number) {
  const messages: string[] = [];
  const log =
    (level: string) =>
    (...said: [facts: object, message: string] | [message: string]) => {
      messages.push(`${level} ${said.length === 2 ? said[1] : said[0]}`);
    };
  const logger = { warn: log('warn'), info: log('info'), debug: () => undefined };
  const metrics = { redisEvicts: new FakeGauge(), clockSkewSec: new FakeGauge() };
  const watched = new ServerWatch(client, { logger, metrics, ...(nowMs && { nowMs }) });
  return { watched, metrics, messages: () => messages };
}

afterEach(async () => {
  await redis().config('SET', 'maxmemory-policy', 'noeviction');
});

describe('eviction', () => {
  it('is reported once when it begins and once when it ends', async () => {
    const { watched, metrics, messages } = watch();
    expect(metrics.redisEvicts.value).toBeUndefined();
    await watched.check();
    expect([watched.evictingPolicy, metrics.redisEvicts.value, messages()]).toEqual([undefined, 0, []]);
    await redis().config('SET', 'maxmemory-policy', 'volatile-ttl');
    await watched.check();
    await watched.check();
    expect([watched.evictingPolicy, metrics.redisEvicts.value]).toEqual(['volatile-ttl', 1]);
    await redis().config('SET', 'maxmemory-policy', 'noeviction');
    await watched.check();
    expect([watched.evictingPolicy, metrics.redisEvicts.value]).toEqual([undefined, 0]);
    expect(messages()).toEqual([expect.stringMatching(/^warn Redis may evict keys/), 'info Redis does not evict keys']);
  });

  it('is unknown if INFO is denied: a warning, once, and no series', async () => {
    await redis().acl('SETUSER', 'limited', 'on', 'nopass', '+@connection', '+time');
    const { watched, metrics, messages } = watch(
      await file.connect({ username: 'limited', password: 'x', enableReadyCheck: false }),
    );
    await watched.check();
    await watched.check();
    expect([watched.evictingPolicy, metrics.redisEvicts.value]).toEqual([undefined, undefined]);
    expect(messages()).toEqual([expect.stringMatching(/^warn Redis does not say whether it may evict keys/)]);
    expect(metrics.clockSkewSec.value).toBeDefined();
  });
});

describe('the clock', () => {
  it('is compared with the server’s, and both a large skew and its end are logged', async () => {
    let aheadMs = 0;
    const { watched, metrics, messages } = watch(redis(), () => Date.now() + aheadMs);
    await watched.check();
    expect(watched.clockProblem).toBeUndefined();
    aheadMs = 60_000;
    await watched.check();
    await watched.check();
    expect(watched.clockProblem).toMatch(/^our clock is (59|60)\.\d s ahead of the clock of Redis$/);
    expect(Math.round(metrics.clockSkewSec.value ?? NaN)).toBe(60);
    aheadMs = -60_000;
    await watched.check();
    expect(watched.clockProblem).toMatch(/^our clock is (59|60)\.\d s behind the clock of Redis$/);
    aheadMs = 0;
    await watched.check();
    expect(watched.clockProblem).toBeUndefined();
    expect(messages()).toEqual([
      expect.stringMatching(/^warn our clock is .* ahead/),
      'info our clock agrees with the clock of Redis again',
    ]);
  });

  it('gives way to the server’s for decisions once it differs by more than 2 s', async () => {
    let aheadMs = 1000;
    const now = (): number => Date.now() + aheadMs;
    const { watched } = watch(redis(), now);
    const clock = watched.decisionClock({ wallSec: () => now() / 1000, steadyMs: () => 7 });
    const aheadSec = (): number => Math.round(clock.wallSec() - Date.now() / 1000) + 0; // not -0
    const seen: number[] = [];
    for (aheadMs of [1000, 60_000, -86_400_000, -1000]) {
      await watched.check();
      seen.push(aheadSec());
    }
    expect(seen).toEqual([1, 0, 0, -1]);
    expect(clock.steadyMs()).toBe(7);
  });

  it('is not compared if TIME is denied', async () => {
    await redis().acl('SETUSER', 'timeless', 'on', 'nopass', '+@connection', '+info');
    const { watched, metrics } = watch(await file.connect({ username: 'timeless', password: 'x' }), () => 0);
    await watched.check();
    expect([watched.clockProblem, metrics.clockSkewSec.value, metrics.redisEvicts.value]).toEqual([
      undefined,
      undefined,
      0,
    ]);
  });
});

it('keeps the last values while Redis is away', async () => {
  await redis().config('SET', 'maxmemory-policy', 'allkeys-lru');
  const client = await file.connect({ retryStrategy: () => null, enableOfflineQueue: false });
  const { watched, metrics } = watch(client);
  await watched.check();
  client.disconnect();
  await expect(watched.check()).rejects.toThrow();
  expect([watched.evictingPolicy, metrics.redisEvicts.value]).toEqual(['allkeys-lru', 1]);
});

it('asks the servers that answer: a failed one hides nothing of the others', async () => {
  await redis().config('SET', 'maxmemory-policy', 'allkeys-lru');
  const gone = await file.connect({ retryStrategy: () => null, enableOfflineQueue: false });
  gone.disconnect();
  expect(await readEvictionPolicy([gone, redis()])).toBe('allkeys-lru');
  expect(await readClockSkewsSec([gone, redis()], Date.now)).toHaveLength(1);
  await expect(readEvictionPolicy([gone])).rejects.toThrow();
});

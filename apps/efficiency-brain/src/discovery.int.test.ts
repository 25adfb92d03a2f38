import { beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@quantum/clock';
import { targetKey } from '@quantum/redis-schemas';
import { useRedis } from '@quantum/testing';
import { Discovery } from './discovery.js';

const { redis } = useRedis();
let nowMs: number;
beforeEach(() => {
  nowMs = 1000;
});
/** With the default P31_STALE_SEC. */
const discoveryOf = (intervalMs: number): Discovery =>
  new Discovery(redis(), {
    ...{ intervalMs, keepMs: 600_000, clock: { ...systemClock, steadyMs: () => nowMs } },
    ...{ stopping: new AbortController().signal, onProblem: () => undefined, onBadNames: () => undefined },
  });
/** Waits until these are the symbols. */
const listUntil = async (discovery: Discovery, symbols: readonly string[]): Promise<void> => {
  while ((await discovery.list()).join() !== symbols.join()) await redis().ping();
};

describe('the symbols', () => {
  it('are kept while a scan runs, however long ago the last one was', async () => {
    await redis().hset(targetKey('A'), 'target_usd', 1);
    await redis().hset(targetKey('B'), 'target_usd', 1);
    const discovery = discoveryOf(10_000);
    expect(await discovery.list()).toEqual(['A', 'B']);
    nowMs += 900_000; // Redis was away
    expect(await discovery.list()).toEqual(['A', 'B']);
  });

  it('end with their keys once a scan has not seen them for P31_STALE_SEC, and return with them', async () => {
    await redis().hset(targetKey('A'), 'target_usd', 1);
    await redis().hset(targetKey('B'), 'target_usd', 1);
    const discovery = discoveryOf(0);
    expect(await discovery.list()).toEqual(['A', 'B']);
    await redis().del(targetKey('A'));
    nowMs += 599_000;
    expect(await discovery.list()).toEqual(['A', 'B']);
    nowMs += 1000;
    await listUntil(discovery, ['B']);
    await redis().hset(targetKey('A'), 'target_usd', 1);
    await listUntil(discovery, ['A', 'B']);
  });
});

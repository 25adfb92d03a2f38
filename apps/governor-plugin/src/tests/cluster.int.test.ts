import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPrivateCluster, type PrivateCluster } from '@quantum/private-redis';
import { connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import {
  budgetKey,
  decidedKey,
  disarmKey,
  HALT_KEY,
  KILL_KEY,
  lastExecKey,
  positionKey,
  STREAMS,
  targetKey,
  utcDate,
  windowKey,
} from '@quantum/redis-schemas';
import { harness, NOW_SEC, type Client } from './governor-harness.test-support.js';

let cluster: PrivateCluster;
let redis: Redis;
beforeAll(async () => {
  cluster = await startPrivateCluster();
  redis = connectRedis({ url: cluster.url, host: '', port: 6379, db: 0 }, 'test');
  await untilReady(redis);
}, 60_000);
afterAll(async () => {
  redis.disconnect();
  await cluster.stop();
});

describe('a governor on a Cluster of which a master is down', () => {
  it('permits an exit that needs nothing of it, and leaves an open pending that does', async () => {
    const symbol = 'BTCUSDT';
    const move = async (keys: readonly string[], to: number): Promise<void> => {
      for (const key of keys) await cluster.migrateSlot(await cluster.slotOf(key), to);
    };
    await move([budgetKey(symbol), targetKey(symbol), positionKey(symbol), lastExecKey(symbol), windowKey(symbol)], 2);
    await move([STREAMS.budgetViolation, disarmKey(utcDate(NOW_SEC))], 2);
    await move([STREAMS.plans, STREAMS.deadletter, STREAMS.events, KILL_KEY, HALT_KEY], 0);
    await move(['exit', 'open'].map(decidedKey), 0);
    const governor = await harness(redis as unknown as Client);
    await cluster.kill(2);
    await governor.plan({ planId: 'exit', symbol, action: 'FULL_CLOSE_PROPOSED', reduceOnly: 'true' });
    await governor.plan({ planId: 'open', symbol });
    // The stamp and the windows of the exit are on that master, too: they are left to a redelivery.
    await governor.serve().catch(() => undefined); // fails as a whole where nothing of what was left is answered
    expect([await governor.outcome('exit'), await governor.outcome('open')]).toEqual(['permit', 'none']);
    expect(await governor.permit('exit')).toMatchObject({ granted: true });
    expect(await governor.deadLetters()).toEqual([]);
  }, 30_000);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPrivateCluster, type PrivateCluster } from '@quantum/private-redis';
import { connectRedis, mastersOf, untilReady, type Redis } from '@quantum/redis-io';
import {
  budgetKey,
  decidedKey,
  disarmKey,
  HALT_KEY,
  KILL_KEY,
  lastExecKey,
  permitKey,
  positionKey,
  STREAMS,
  targetKey,
  utcDate,
  windowKey,
} from '@quantum/redis-schemas';
import { addPlanNow, putPosition, waitForKey } from '@quantum/testing';
import { Cluster } from 'ioredis';
import { governorService } from '../service.js';
import { harness, NOW_SEC, type Client, type Harness } from './governor-harness.test-support.js';

let cluster: PrivateCluster;
/** The governors' connections. */
let redis: Redis;
/** Connections that no governor gives up, whatever is late: on theirs a read of the test would fail with the rest. */
let outside: Cluster;
let seen: Harness;
beforeAll(async () => {
  cluster = await startPrivateCluster();
  redis = connectRedis({ url: cluster.url, host: '', port: 6379, db: 0 }, 'test');
  await untilReady(redis);
  outside = new Cluster(cluster.masters.map(({ port }) => ({ host: '127.0.0.1', port })));
  await untilReady(outside);
  seen = await harness(outside as unknown as Client);
});
afterAll(async () => {
  redis.disconnect();
  outside.disconnect();
  await cluster.stop();
});

/** A kill key on the master that is to die. */
const DEAD_KILL_KEY = 'desk:kill';
/** A stream of plans on it. */
const DEAD_STREAM = `${STREAMS.plans}:{dead}`;

const move = async (keys: readonly string[], to: number): Promise<void> => {
  for (const key of keys) await cluster.migrateSlot(await cluster.slotOf(key), to);
};

it('says that no plan is served while a Cluster denies it the clock', async () => {
  const rules = ['on', '>secret', '~*', '&*', '+@all', '-time'];
  for (const master of mastersOf(redis)) await master.call('ACL', 'SETUSER', 'timeless', ...rules);
  const url = cluster.url.replace('//', '//timeless:secret@');
  const connection = connectRedis({ url, host: '', port: 0, db: 0 }, 'timeless');
  try {
    await untilReady(connection);
    const governor = await harness(connection as unknown as Client);
    await seen.plan({ planId: 'timeless', symbol: 'ETHUSDT', reduceOnly: 'true' });
    expect(await governor.serve()).toEqual([]);
    expect(governor.telemetry.takeUnanswered()?.message).toContain('NOPERM');
  } finally {
    connection.disconnect();
  }
});

describe('a governor on a Cluster of which a master is down', () => {
  let ofDeadStream: Harness;

  it('permits an exit that needs nothing of it, and leaves an open pending that does', async () => {
    const symbol = 'BTCUSDT';
    await move([budgetKey(symbol), targetKey(symbol), positionKey(symbol), lastExecKey(symbol), windowKey(symbol)], 2);
    await move([STREAMS.budgetViolation, disarmKey(utcDate(NOW_SEC))], 2);
    await move([STREAMS.plans, STREAMS.deadletter, STREAMS.events, KILL_KEY, HALT_KEY], 0);
    await move(['exit', 'open', 'killed', 'let-through', 'started'].map(decidedKey), 0);
    await move([DEAD_KILL_KEY, DEAD_STREAM, decidedKey('recorded-there')], 2);
    const byAction = 'SOLUSDT';
    await move([budgetKey(byAction), targetKey(byAction), lastExecKey(byAction), windowKey(byAction)], 2);
    await move([positionKey(byAction), ...['part', 'whole', 'beyond'].map(decidedKey)], 0);
    // For the next test: windows on the master that is to die, records on one that lives.
    await move([windowKey('XRPUSDT')], 2);
    await move(
      [
        ...['counted-alone', 'counted-besid', 'other'].map(decidedKey),
        windowKey('other'),
        lastExecKey('other'),
        lastExecKey('XRPUSDT'),
      ],
      0,
    );
    const governor = await harness(redis as unknown as Client);
    ofDeadStream = await harness(redis as unknown as Client, { STREAM_PLANS: DEAD_STREAM });
    await cluster.kill(2);
    await seen.plan({ planId: 'exit', symbol, action: 'FULL_CLOSE_PROPOSED', reduceOnly: 'true' });
    await seen.plan({ planId: 'open', symbol });
    // The stamp and the windows of the exit are on that master, too: they are left to a redelivery.
    await governor.serve();
    expect([await seen.outcome('exit'), await seen.outcome('open')]).toEqual(['permit', 'none']);
    expect(await seen.permit('exit')).toMatchObject({ granted: true });
    expect(await seen.deadLetters()).toEqual([]);
  });

  it('writes no dead letter while it holds the bytes of the entry: they are to be there as they came', async () => {
    const entries = [{ id: '1-1', fields: ['decision', 'EXECUTE', 'plan_id', '\ufffd'], deliveries: 1 }];
    expect(await ofDeadStream.serveEntries(entries)).toEqual([]);
    expect(await seen.deadLetters()).toEqual([]);
    expect(await seen.events()).toEqual([]);
  });

  it('serves on, and says so, while it holds the record of a plan', async () => {
    const governor = await harness(redis as unknown as Client);
    await seen.plan({ planId: 'recorded-there', symbol: 'ADAUSDT', reduceOnly: 'true' });
    expect(await governor.serve()).toEqual([]);
    expect(await governor.metrics('p32_errors_total{kind="unanswered"}')).toEqual([' 1']);
    expect(governor.telemetry.takeUnanswered()).toBeUndefined();
  });

  it('permits an exit by its action that is not larger than the position, and leaves one pending that is', async () => {
    const symbol = 'SOLUSDT';
    const governor = await harness(redis as unknown as Client);
    await putPosition(outside, symbol, { now: NOW_SEC, positionAmt: 2, markPrice: 100 });
    const exit = { symbol, action: 'FULL_CLOSE_PROPOSED' };
    await seen.plan({ planId: 'beyond', ...exit, qty: 3 });
    await seen.plan({ planId: 'part', ...exit, qty: 1 });
    await seen.plan({ planId: 'whole', ...exit, qty: 2 });
    await governor.serve();
    const outcomes = ['part', 'whole', 'beyond'].map(seen.outcome);
    expect(await Promise.all(outcomes)).toEqual(['permit', 'permit', 'none']);
  });

  it.each([
    ['killed', 'false', 'none'],
    ['let-through', 'true', 'permit'],
  ])(
    'whose kill switch is on it: an exit waits only where the switch could refuse it (%s)',
    async (planId, allows, outcome) => {
      const env = { GOV_KILL_KEYS: DEAD_KILL_KEY, GOV_KILL_SWITCH_ALLOWS_CLOSES: allows };
      const governor = await harness(redis as unknown as Client, env);
      await seen.plan({ planId, symbol: 'BTCUSDT', reduceOnly: 'true' });
      await governor.serve();
      expect(await seen.outcome(planId)).toBe(outcome);
      expect(governor.telemetry.takeUnanswered() === undefined).toBe(outcome === 'permit'); // all plans need it
    },
  );

  it.each([
    ['alone', []],
    ['beside an exit whose windows answer', ['other']],
  ])('permits an exit uncounted whose windows are on it, where closes are counted: %s', async (how, others) => {
    const symbol = 'XRPUSDT';
    const planId = `counted-${how.slice(0, 5)}`;
    const governor = await harness(redis as unknown as Client, { GOV_COUNT_CLOSES: 'true' });
    for (const other of others) await seen.plan({ planId: other, symbol: other, reduceOnly: 'true' });
    await seen.plan({ planId, symbol, reduceOnly: 'true' });
    await governor.serve(); // what settles the reservation is left to a redelivery
    expect(await seen.outcome(planId)).toBe('permit');
    expect(await seen.permit(planId)).toMatchObject({ granted: true });
    expect((await seen.record(planId))?.inputs).toMatchObject({ window: 'unreadable' });
    expect(await governor.metrics('p32_errors_total{kind="uncounted"}')).toEqual([' 1']);
    for (const other of others) expect(await seen.outcome(other)).toBe('permit');
  });

  it('starts for the streams of the others', async () => {
    const stopping = new AbortController();
    const governor = await governorService.start({
      env: {
        REDIS_URL: cluster.url,
        METRICS_PORT: '0',
        LOG_LEVEL: 'fatal',
        STREAM_PLANS: `${STREAMS.plans},${DEAD_STREAM}`,
        GOV_KILL_KEYS: KILL_KEY,
      },
      stopping: stopping.signal,
    });
    try {
      await addPlanNow(outside, 'started', { symbol: 'BTCUSDT', reduceOnly: true });
      await waitForKey(outside, permitKey('started'));
    } finally {
      stopping.abort();
      await governor.stop();
    }
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { closedOf } from '@quantum/decisions';
import { brainStateKey, positionKey, STREAMS, tickerKey } from '@quantum/redis-schemas';
import { useRedis } from '@quantum/testing';
import { brokenEntries, createTestBrain, entriesOf, fieldOf, putMarket, T0, type TestBrain, type Time } from './test-brain.test-support.js'; // prettier-ignore

const file = useRedis();
const { redis } = file;
let time: Time;
let brain: TestBrain;
beforeEach(async () => {
  time = { sec: T0 + 2 };
  brain = await createTestBrain(`unix://${file.server.socketPath}`, time);
});
afterEach(() => {
  brain.close();
});

/** Adds an entry whose id has this time, unix seconds. */
const add = (stream: string, atSec: number, fields: Record<string, string | number>) =>
  redis().xadd(stream, `${Math.floor(atSec * 1000)}-*`, ...Object.entries(fields).flat().map(String));
const reward = (atSec: number, orderId: string, own: Record<string, string | number> = {}) =>
  add(STREAMS.rlRewards, atSec, { symbol: 'S', pnl: 5, pnl_net: 4.5, commission: 0.5, order_id: orderId, timestamp: atSec, ...own }); // prettier-ignore
const result = (atSec: number, order: object) =>
  add(STREAMS.executionResult, atSec, { event_type: 'execution.result', payload: JSON.stringify({ symbol: 'S', status: 'filled', timestamp: atSec, ...order }) }); // prettier-ignore
/** The last closed period of the symbol, as the stream tells it. */
const lastClosed = async () => {
  const closed = (await entriesOf(redis())).map((flat) => fieldOf(flat, 'closed')).filter((text) => text !== '');
  return closedOf(closed.at(-1) ?? '');
};
const cycleAt = async (sec: number, position = true): Promise<void> => {
  time.sec = sec;
  await putMarket(redis(), time, 'S', { ...(position && { amount: 2 }), price: 100, targetUsd: 1000 });
  await brain.cycle();
};
const entries = (stream: string, what: string) => brain.metric('p31_stream_entries_total', { stream, result: what });

describe('executions', () => {
  it('count in the period of their entries, each order once, whichever streams tell of it', async () => {
    await cycleAt(T0 + 2);
    const order = { side: 'BUY', quantity: 1.5, price: 98, order_id: 7, fee_usd: 0.25 };
    await result(T0 + 10, order);
    await result(T0 + 11, order); // published twice
    await result(T0 + 12, { ...order, order_id: 11, paper_trade: true });
    await add(STREAMS.applyResult, T0 + 10, { symbol: 'S', executed: 'true', details: JSON.stringify({ side: 'BUY', filled_qty: 1.5, order_id: 7 }) }); // prettier-ignore
    await result(T0 + 59.999, { side: 'SELL', quantity: 0.5, price: 102, order_id: 8 });
    await reward(T0 + 20, '7', { commission: 0.25 }); // the same fee
    await reward(T0 + 21, '9');
    await reward(T0 + 60, '10'); // the next period
    await cycleAt(T0 + 62);
    expect(await lastClosed()).toMatchObject({
      period: T0 / 60,
      fills: [
        { signedQty: 1.5, priceUsd: 98 },
        { signedQty: -0.5, priceUsd: 102 },
      ],
      feesUsd: 0.75,
      lastExecutionSec: T0 + 60,
    });
    // 2 * (100 - 100) + 1.5 * (100 - 98) - 0.5 * (100 - 102) - 0.75
    expect(brain.context.states.get('S')?.gainUsd).toBeCloseTo(3.25);
    await cycleAt(T0 + 122);
    expect(await lastClosed()).toMatchObject({ feesUsd: 0.5, fills: [] });
    expect(await entries('execution_result', 'duplicate')).toBe(1);
    expect(await entries('execution_result', 'paper_trade')).toBe(1);
    expect(await entries('execution_result', 'ok')).toBe(2);
    expect(await entries('rl_rewards', 'ok')).toBe(3);
    expect(await entries('apply_result', 'no_time')).toBe(1);
    expect(await brain.metric('p31_exec_events_total', { symbol: 'S' })).toBe(6);
    expect(brokenEntries(await entriesOf(redis()), brain.context)).toEqual([]);
  });

  it('of an order in parts add what each entry states beyond those before, each in its period', async () => {
    await cycleAt(T0 + 2);
    const order = { side: 'BUY', quantity: 4, order_id: 7 };
    const partly = { ...order, status: 'partially_filled', filled_qty: 1, avg_price: 98, fee_usd: 0.25 };
    await result(T0 + 10, partly);
    await result(T0 + 20, { ...partly, filled_qty: 3, avg_price: 96, fee_usd: 0.75 });
    await result(T0 + 21, partly); // comes late
    await result(T0 + 61, { ...order, filled_qty: 4, avg_price: 97, fee_usd: 1 });
    await cycleAt(T0 + 62);
    await reward(T0 + 63, '7', { commission: 1 }); // the same fee
    // 3 at 96, 1 of them at 98
    expect(await lastClosed()).toMatchObject({ fills: [{ signedQty: 3, priceUsd: 96 }], feesUsd: 0.75 });
    await cycleAt(T0 + 122);
    // 4 at 97 are 388; 288 of them were counted
    expect(await lastClosed()).toMatchObject({ fills: [{ signedQty: 1, priceUsd: 100 }], feesUsd: 0.25 });
    expect(await entries('execution_result', 'duplicate')).toBe(1);
  });

  it('of an order in parts take the entry’s price where the sums do not fit', async () => {
    await cycleAt(T0 + 2);
    const order = { side: 'SELL', order_id: 7 };
    await result(T0 + 10, { ...order, filled_qty: 3, avg_price: 100 });
    await result(T0 + 20, { ...order, filled_qty: 4, avg_price: 70 });
    await cycleAt(T0 + 62);
    // 300 + 70
    expect(await lastClosed()).toMatchObject({ fills: [{ signedQty: -4, priceUsd: 92.5 }] });
  });

  it('of orders whose ids differ in the last of 19 digits are two', async () => {
    await cycleAt(T0 + 2);
    for (const id of ['8389765519374629101', '8389765519374629102']) {
      await add(STREAMS.executionResult, T0 + 10, { payload: `{"symbol": "S", "order_id": ${id}, "fee_usd": 0.5}` });
      await reward(T0 + 11, id); // the same fee
    }
    await cycleAt(T0 + 62);
    expect(await lastClosed()).toMatchObject({ feesUsd: 1 });
  });

  it('of an order are known by when they come, not by the times that they state', async () => {
    await cycleAt(T0 + 2);
    const order = { side: 'BUY', order_id: 7 };
    await result(T0 + 10, {
      ...order,
      status: 'partial',
      filled_qty: 9,
      price: 100,
      fee_usd: 0.5,
      timestamp: T0 - 7200,
    });
    await result(T0 + 15, { ...order, filled_qty: 10, price: 100, fee_usd: 0.5 });
    await cycleAt(T0 + 62);
    expect(await lastClosed()).toMatchObject({ fills: [{ signedQty: 10, priceUsd: 100 }], feesUsd: 0.5 });
  });

  it('without an order are one where all their fields are equal', async () => {
    await cycleAt(T0 + 2);
    const fill = { side: 'BUY', quantity: 1, price: 100, fee_usd: 0.5 };
    for (const name of ['a', 'b', 'a']) await result(T0 + 10, { ...fill, client_order_id: name });
    await cycleAt(T0 + 62);
    expect(await lastClosed()).toMatchObject({ fills: [{ signedQty: 2, priceUsd: 100 }], feesUsd: 1 });
    expect(await entries('execution_result', 'duplicate')).toBe(1);
  });

  it('give the gain where the position is unknown, and only there', async () => {
    await cycleAt(T0 + 2, false); // no position, and P3.3 writes none at all
    await reward(T0 + 10, '1');
    await add(STREAMS.exitbrainPnl, T0 + 10, { symbol: 'S', pnl: 4.5, timestamp: T0 + 10 }); // the same trade
    await add(STREAMS.exitbrainPnl, T0 + 12, { symbol: 'S', pnl: -1, timestamp: T0 + 12 });
    await add(STREAMS.exitbrainPnl, T0 + 12, { symbol: 'S', pnl: -1, timestamp: T0 + 12 }); // published twice
    await add(STREAMS.tradeClosed, T0 + 12, { symbol: 'S', pnl_usd: 99, order_id: 2, timestamp: T0 + 12 });
    await cycleAt(T0 + 62, false);
    expect(await lastClosed()).toMatchObject({ reportedGainUsd: 3.5 });
    expect(await entries('exitbrain_pnl', 'duplicate')).toBe(2);
    expect(await brain.metric('p31_periods_total', { result: 'measured' })).toBe(1);
    await cycleAt(T0 + 122, false);
    expect(await brain.metric('p31_periods_total', { result: 'position' })).toBe(1);
  });

  it('give the idle time of a symbol that is scored only after them', async () => {
    await cycleAt(T0 + 2);
    await add(STREAMS.tradeClosed, T0 + 10, { symbol: 'NEW', timestamp: T0 + 10 });
    await cycleAt(T0 + 12);
    await putMarket(redis(), time, 'NEW', { targetUsd: 1000 });
    await cycleAt(T0 + 15);
    await cycleAt(T0 + 20);
    const last = (await entriesOf(redis())).filter((flat) => fieldOf(flat, 'symbol') === 'NEW').at(-1);
    expect(fieldOf(last ?? [], 'idle_sec')).toBe('10');
  });

  it('that are read late count in the open period', async () => {
    await cycleAt(T0 + 2);
    await cycleAt(T0 + 62);
    await reward(T0 + 30, '1');
    await cycleAt(T0 + 67);
    expect(await entries('rl_rewards', 'late')).toBe(1);
    await cycleAt(T0 + 122);
    expect(await lastClosed()).toMatchObject({ period: T0 / 60 + 1, feesUsd: 0.5 });
  });

  it('that are read late after periods that no cycle closed count in the open period', async () => {
    await cycleAt(T0 + 2);
    await cycleAt(T0 + 62);
    await reward(T0 + 30, '1');
    await cycleAt(T0 + 302); // closes its last period, whose start is unknown
    expect(await entries('rl_rewards', 'late')).toBe(1);
    expect(await lastClosed()).toMatchObject({ period: T0 / 60 + 4, feesUsd: 0 });
    await cycleAt(T0 + 362);
    expect(await lastClosed()).toMatchObject({ period: T0 / 60 + 5, feesUsd: 0.5 });
  });

  it('that come while a cycle reads count in the period that has begun since', async () => {
    await cycleAt(T0 + 2);
    await reward(T0 + 60.2, '1');
    const { discovery } = brain.context;
    const list = discovery.list.bind(discovery);
    discovery.list = () => {
      time.sec = T0 + 60.5;
      return list();
    };
    await cycleAt(T0 + 59.9);
    discovery.list = list;
    await cycleAt(T0 + 62);
    expect(await lastClosed()).toMatchObject({ period: T0 / 60, feesUsd: 0 });
    await cycleAt(T0 + 122);
    expect(await lastClosed()).toMatchObject({ period: T0 / 60 + 1, feesUsd: 0.5 });
  });

  it('that are read for longer than the period lasts are followed by what was added since, and close the last one', async () => {
    await cycleAt(T0 + 2);
    const { executions } = brain.context;
    const read = executions.read.bind(executions);
    executions.read = async (openPeriod) => {
      const isAll = await read(openPeriod);
      executions.read = read;
      await reward(T0 + 119.5, '1');
      time.sec = T0 + 125;
      await putMarket(redis(), time, 'S', { amount: 3, price: 100, targetUsd: 1000 });
      return isAll;
    };
    await cycleAt(T0 + 119);
    // Its position and price are not those of the end of the period before.
    expect(await lastClosed()).toMatchObject({ period: T0 / 60 + 1, end: { positionQty: 3 }, feesUsd: 0.5 });
    expect(fieldOf((await entriesOf(redis())).at(-1) ?? [], 'now')).toBe(String(T0 + 125));
    expect(await brain.metric('p31_periods_skipped_total')).toBe(1);
  });

  it('are read by a new process from the start of the oldest period that it may close', async () => {
    await reward(T0 - 100, '0'); // of a period that no one closes any more
    await reward(T0 + 5, '1');
    await brain.leases.release();
    await cycleAt(T0 + 62);
    expect(await lastClosed()).toMatchObject({ period: T0 / 60, feesUsd: 0.5 });
  });
});

describe('after a restart', () => {
  const restart = async (reading?: { readMs: number; maxReadMs: number }): Promise<void> => {
    await brain.leases.release();
    brain.close();
    brain = await createTestBrain(`unix://${file.server.socketPath}`, time, {}, reading);
  };

  it('an order that was counted in part long before adds the rest alone', async () => {
    await cycleAt(T0 + 2);
    const order = { side: 'BUY', order_id: 7 };
    await result(T0 + 10, { ...order, status: 'partially_filled', filled_qty: 99, avg_price: 100, fee_usd: 0.99 });
    for (const sec of [62, 600, 1800]) await cycleAt(T0 + sec);
    await restart();
    await result(T0 + 1830, { ...order, filled_qty: 100, avg_price: 100, fee_usd: 1 });
    await cycleAt(T0 + 1862);
    expect(await lastClosed()).toMatchObject({ fills: [{ signedQty: 1, priceUsd: 100 }] });
    expect((await lastClosed())?.feesUsd).toBeCloseTo(0.01, 12);
    expect(await entries('execution_result', 'ok')).toBe(1);
  });

  it('a fee counts in the period of the entry that reported it first', async () => {
    await cycleAt(T0 + 2);
    await result(T0 + 10, { side: 'BUY', quantity: 1, price: 100, order_id: 7, fee_usd: 0.5 });
    await result(T0 + 58, { side: 'BUY', quantity: 1, price: 100, order_id: 8, fee_usd: 0.25 });
    await reward(T0 + 61, '8', { commission: 0.25 });
    await cycleAt(T0 + 62);
    expect(await lastClosed()).toMatchObject({ feesUsd: 0.75 });
    await reward(T0 + 70, '7');
    await cycleAt(T0 + 75);
    await restart();
    await cycleAt(T0 + 80);
    await cycleAt(T0 + 122);
    expect(await lastClosed()).toMatchObject({ period: T0 / 60 + 1, feesUsd: 0 });
  });

  const addHistory = async (count: number): Promise<void> => {
    const history = redis().pipeline();
    for (let i = 0; i < count; i += 1) {
      const order = ['symbol', 'S', 'pnl', 1, 'commission', 1, 'order_id', `o${i}`];
      history.xadd(STREAMS.rlRewards, `${(T0 - 100) * 1000 + i}-*`, ...order);
    }
    await history.exec();
  };

  it.each([
    ['of another version', 1, () => redis().hset(brainStateKey('S'), 'version', '0')],
    ['gone', 0, () => redis().del(brainStateKey('S'))],
  ])('no symbol is scored whose state is %s until all is read, so that a replay knows', async (_, resets, spoil) => {
    await addHistory(600);
    await cycleAt(T0 + 2);
    await cycleAt(T0 + 62);
    await spoil();
    await restart({ readMs: 0, maxReadMs: 0 });
    await cycleAt(T0 + 65);
    expect(await entriesOf(redis())).toHaveLength(2);
    await cycleAt(T0 + 70);
    const closes = (await entriesOf(redis())).map((flat) => fieldOf(flat, 'closed') !== '');
    expect(closes).toEqual([true, true, true]);
    expect(await brain.metric('p31_states_reset_total', { problem: 'version' })).toBe(resets);
  });

  it('everything is read in one cycle, and the lease is renewed meanwhile', async () => {
    await addHistory(1200);
    await reward(T0 + 1, '1');
    await restart({ readMs: 0, maxReadMs: 30_000 });
    const fromSec = T0 + 62;
    const calls = async () => Number(/calls=(\d+)/.exec(/cmdstat_pexpire:.*/.exec(await redis().info('commandstats'))?.[0] ?? '')?.[1] ?? 0); // prettier-ignore
    const before = await calls();
    await cycleAt(fromSec);
    expect(await lastClosed()).toMatchObject({ period: T0 / 60, feesUsd: 0.5 });
    // Between its three pages, and with the batch.
    expect((await calls()) - before).toBeGreaterThanOrEqual(3);
  });

  it('no period is closed until everything is read, in the order of the ids, and nothing counts again', async () => {
    await addHistory(1200);
    await cycleAt(T0 + 2);
    await result(T0 + 10, { side: 'BUY', quantity: 1, price: 100, order_id: 7, fee_usd: 0.5 });
    await reward(T0 + 11, '7', { commission: 0.75 }); // less is known of it than of the order's result
    await cycleAt(T0 + 62);
    expect(await lastClosed()).toMatchObject({ period: T0 / 60, feesUsd: 0.5 });
    await result(T0 + 63, { side: 'BUY', quantity: 1, price: 100, order_id: 8, fee_usd: 0.25 });
    await restart({ readMs: 0, maxReadMs: 0 });
    for (const sec of [65, 122, 123]) await cycleAt(T0 + sec);
    expect(await lastClosed()).toMatchObject({ period: T0 / 60 });
    await cycleAt(T0 + 124);
    expect(await lastClosed()).toMatchObject({ period: T0 / 60 + 1, feesUsd: 0.25, fills: [{ signedQty: 1 }] });
    expect(await entries('rl_rewards', 'late')).toBe(0);
    await cycleAt(T0 + 182);
    expect(await lastClosed()).toMatchObject({ period: T0 / 60 + 2, feesUsd: 0, fills: [] });
  });

  it('a stream that cannot be read at first does not count again what was there', async () => {
    await cycleAt(T0 + 2);
    await reward(T0 + 10, '1');
    for (const sec of [62, 122]) await cycleAt(T0 + sec);
    await redis().rename(STREAMS.rlRewards, 'away');
    await redis().set(STREAMS.rlRewards, 'x');
    await restart();
    await cycleAt(T0 + 182);
    await redis().rename('away', STREAMS.rlRewards);
    await reward(T0 + 185, '2');
    await cycleAt(T0 + 187);
    await cycleAt(T0 + 242);
    expect(await lastClosed()).toMatchObject({ period: T0 / 60 + 3, feesUsd: 0.5 });
    expect(await entries('rl_rewards', 'ok')).toBe(1);
    expect(await entries('rl_rewards', 'late')).toBe(0);
  });

  it('a stream that cannot be read at first does not count again what was there when the last period was closed', async () => {
    await cycleAt(T0 + 2);
    await reward(T0 + 10, '1');
    await cycleAt(T0 + 62);
    await reward(T0 + 65, '2'); // its period is open when the process starts
    await redis().rename(STREAMS.rlRewards, 'away');
    await redis().set(STREAMS.rlRewards, 'x');
    await restart();
    await cycleAt(T0 + 70);
    await redis().rename('away', STREAMS.rlRewards);
    await cycleAt(T0 + 75);
    await cycleAt(T0 + 122);
    expect(await lastClosed()).toMatchObject({ period: T0 / 60 + 1, feesUsd: 0.5 });
    expect(await entries('rl_rewards', 'late')).toBe(0);
  });

  it('entries that come count, also where the clock of Redis is hours behind ours', async () => {
    await restart();
    const nowSec = Math.floor(Date.now() / 60_000) * 60 + 7200;
    await cycleAt(nowSec);
    await redis().xadd(STREAMS.rlRewards, '*', 'symbol', 'S', 'pnl', '1', 'commission', '0.5', 'order_id', '1');
    await cycleAt(nowSec + 10);
    expect(await entries('rl_rewards', 'late')).toBe(1);
    await cycleAt(nowSec + 62);
    expect(await lastClosed()).toMatchObject({ feesUsd: 0.5 });
  });

  it('entries that come while their stream cannot be read count, also where the clock of Redis is hours behind ours', async () => {
    await restart();
    const nowSec = Math.floor(Date.now() / 60_000) * 60 + 7200;
    await redis().xadd(STREAMS.rlRewards, '*', 'symbol', 'S', 'pnl', '1', 'commission', '0.25', 'order_id', '1');
    await cycleAt(nowSec);
    await redis().rename(STREAMS.rlRewards, 'away');
    await redis().set(STREAMS.rlRewards, 'x');
    await cycleAt(nowSec + 5);
    await redis().rename('away', STREAMS.rlRewards);
    await redis().xadd(STREAMS.rlRewards, '*', 'symbol', 'S', 'pnl', '1', 'commission', '0.5', 'order_id', '2');
    await cycleAt(nowSec + 10);
    expect(await entries('rl_rewards', 'late')).toBe(1);
    await cycleAt(nowSec + 62);
    expect(await lastClosed()).toMatchObject({ feesUsd: 0.5 });
  });

  it('entries whose ids are ahead of the clock do not count again', async () => {
    await cycleAt(T0 + 2);
    const ahead = Math.floor(Date.now() / 1000) + 7200; // the clock of Redis was set back since
    await add(STREAMS.rlRewards, ahead, { symbol: 'S', pnl: 1, commission: 0.25, order_id: '1', timestamp: T0 + 10 });
    await add(STREAMS.rlRewards, ahead, { symbol: 'S', pnl: 1, commission: 0.5, order_id: '2' });
    await cycleAt(T0 + 62);
    expect(await lastClosed()).toMatchObject({ feesUsd: 0.25 }); // the other when it was read
    await cycleAt(T0 + 122);
    expect(await lastClosed()).toMatchObject({ feesUsd: 0.5 });
    await restart();
    await cycleAt(T0 + 182);
    expect(await lastClosed()).toMatchObject({ feesUsd: 0 });
    await cycleAt(T0 + 242);
    expect(await lastClosed()).toMatchObject({ feesUsd: 0 });
    expect(await entries('rl_rewards', 'ahead')).toBe(1);
  });

  it('entries a little ahead of the clock count in the periods of their ids, once', async () => {
    await cycleAt(T0 + 2);
    await reward(T0 + 63, '1');
    await cycleAt(T0 + 59);
    await restart();
    await cycleAt(T0 + 62);
    expect(await lastClosed()).toMatchObject({ feesUsd: 0 });
    await cycleAt(T0 + 122);
    expect(await lastClosed()).toMatchObject({ feesUsd: 0.5 });
  });
});

describe('a stream', () => {
  it('of another type, or with entries that cannot be read, harms neither the others nor the cycle', async () => {
    await redis().set(STREAMS.rlRewards, 'x');
    await add(STREAMS.tradeClosed, T0 + 3, { symbol: '{}' });
    await add(STREAMS.tradeClosed, T0 + 3, { symbol: 'S', payload: '{"a":' });
    await add(STREAMS.tradeClosed, T0 + 3, { symbol: 'S', padding: 'x'.repeat(70_000) });
    await redis().xadd(STREAMS.tradeClosed, `${(T0 + 3) * 1000}-*`, Buffer.from([0xff, 0xfe]), Buffer.from([0xff]));
    await add(STREAMS.tradeClosed, T0 + 3, { symbol: 'S', order_id: '5' });
    await cycleAt(T0 + 4);
    await cycleAt(T0 + 5);
    expect(brain.problems).toEqual(['the stream rl_rewards cannot be read']);
    expect(await entries('trade_closed', 'invalid_symbol')).toBe(2);
    expect(await entries('trade_closed', 'invalid_json')).toBe(1);
    expect(await entries('trade_closed', 'too_large')).toBe(1);
    expect(await entries('trade_closed', 'no_time')).toBe(1);
    expect(await entriesOf(redis())).toHaveLength(2);
    await redis().del(STREAMS.rlRewards);
    await reward(T0 + 6, '6');
    await cycleAt(T0 + 62);
    expect(await lastClosed()).toMatchObject({ feesUsd: 0.5 });
  });

  it('that cannot be read for a while tells late of fees, and of fills that the position has included since', async () => {
    await cycleAt(T0 + 2);
    await result(T0 + 3, { side: 'BUY', quantity: 1, price: 99, order_id: 6 });
    await cycleAt(T0 + 62);
    await result(T0 + 70, { side: 'BUY', quantity: 1, price: 90, order_id: 7, fee_usd: 0.5 });
    await redis().rename(STREAMS.executionResult, 'away');
    await redis().set(STREAMS.executionResult, 'x');
    for (const sec of [122, 182]) await cycleAt(T0 + sec);
    await redis().rename('away', STREAMS.executionResult);
    await result(T0 + 185, { side: 'SELL', quantity: 1, price: 101, order_id: 8 });
    await cycleAt(T0 + 187);
    await cycleAt(T0 + 242);
    expect(await lastClosed()).toMatchObject({ fills: [{ signedQty: -1, priceUsd: 101 }], feesUsd: 0.5 });
    expect(await entries('execution_result', 'late')).toBe(1);
  });

  it('that is trimmed before it is read is reported, once per gap', async () => {
    await reward(T0 + 3, '1');
    await cycleAt(T0 + 4);
    await reward(T0 + 5, '2');
    await reward(T0 + 6, '3');
    await redis().xtrim(STREAMS.rlRewards, 'MAXLEN', 1);
    await cycleAt(T0 + 7);
    await cycleAt(T0 + 8);
    expect(await entries('rl_rewards', 'lost')).toBe(1);
    await cycleAt(T0 + 62);
    expect(await lastClosed()).toMatchObject({ feesUsd: 1 });
  });

  it('that begins anew with lower ids is reported, and read on', async () => {
    await reward(T0 + 3000, '1');
    await cycleAt(T0 + 4);
    await redis().del(STREAMS.rlRewards);
    await reward(T0 + 5, '2');
    await cycleAt(T0 + 6);
    expect(await entries('rl_rewards', 'lost')).toBe(1);
    await reward(T0 + 7, '3');
    await cycleAt(T0 + 62);
    expect(await lastClosed()).toMatchObject({ feesUsd: 0.5 });
    expect(await entries('rl_rewards', 'lost')).toBe(1);
  });

  it('that is trimmed while another process scores is no loss', async () => {
    await reward(T0 + 3, '1');
    await cycleAt(T0 + 4);
    await brain.leases.release();
    const other = await createTestBrain(`unix://${file.server.socketPath}`, time);
    try {
      time.sec = T0 + 5; // Redis refuses a cycle of the same second
      await other.cycle();
      await brain.cycle(); // stands by
      await reward(T0 + 6, '2');
      await reward(T0 + 7, '3');
      await redis().xtrim(STREAMS.rlRewards, 'MAXLEN', 1);
      await other.leases.release();
    } finally {
      other.close();
    }
    await cycleAt(T0 + 62);
    expect(await entries('rl_rewards', 'lost')).toBe(0);
    expect(await lastClosed()).toMatchObject({ period: T0 / 60, feesUsd: 0.5 });
  });

  it('with a backlog is read as a whole before the period is closed', async () => {
    const fill = redis().pipeline();
    for (let i = 0; i < 3000; i += 1) {
      fill.xadd(
        STREAMS.rlRewards,
        `${(T0 + 3) * 1000}-*`,
        'symbol',
        'S',
        'pnl',
        1,
        'commission',
        1,
        'order_id',
        `o${i}`,
      );
    }
    await fill.exec();
    await cycleAt(T0 + 62);
    expect(await lastClosed()).toMatchObject({ feesUsd: 3000 });
  });
});

it('scores a symbol without a ticker by the mark of its position', async () => {
  await cycleAt(T0 + 2);
  time.sec = T0 + 62;
  await redis().del(tickerKey('S'));
  await redis().hset(positionKey('S'), 'position_amt', 2, 'mark_price', 101, 'ts_epoch', T0 + 61);
  await brain.cycle();
  expect(await lastClosed()).toMatchObject({ end: { positionQty: 2, priceUsd: 101 } });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { STREAMS } from '@quantum/redis-schemas';
import { useRedis } from '@quantum/testing';
import { brokenEntries, createTestBrain, entriesOf, putMarket, T0, type TestBrain, type Time } from './test-brain.test-support.js'; // prettier-ignore

const file = useRedis();
const { redis } = file;
let time: Time;
let brain: TestBrain;
let orders = 0;
const start = async (): Promise<void> => {
  brain = await createTestBrain(`unix://${file.server.socketPath}`, time);
};
beforeEach(async () => {
  time = { sec: T0 + 2 };
  await start();
});
afterEach(() => {
  brain.close();
});

const fill = async (atSec: number, side: 'BUY' | 'SELL', quantity: number, price: number): Promise<void> => {
  const order = {
    symbol: 'S',
    status: 'filled',
    timestamp: atSec,
    side,
    quantity,
    price,
    order_id: `o${(orders += 1)}`,
  };
  await redis().xadd(STREAMS.executionResult, `${atSec * 1000}-*`, 'payload', JSON.stringify(order));
};
/** A cycle at which P3.3 has this position; 0: it has deleted the key. */
const cycleAt = async (sec: number, amount: number, price: number): Promise<void> => {
  time.sec = sec;
  await putMarket(redis(), time, 'ALIVE', { amount: 1, price: 1, targetUsd: 1 });
  await putMarket(redis(), time, 'S', { ...(amount !== 0 && { amount }), price, targetUsd: 1000 });
  await brain.cycle();
};
const gainUsd = () => brain.context.states.get('S')?.gainUsd;

describe('a fill between the end of a period and the cycle that closes it', () => {
  it('gains once, whether it opens, flips or closes the position that the cycle reads', async () => {
    await cycleAt(T0 + 2, 0, 100);
    await fill(T0 + 61, 'BUY', 1, 100);
    await cycleAt(T0 + 63, 1, 101);
    expect(gainUsd()).toBe(0);
    await cycleAt(T0 + 122, 1, 110);
    expect(gainUsd()).toBe(10);
    await fill(T0 + 181, 'SELL', 3, 112);
    await cycleAt(T0 + 183, -2, 113);
    await cycleAt(T0 + 242, -2, 102);
    expect(gainUsd()).toBe(12 + 20);
    await fill(T0 + 301, 'BUY', 2, 100);
    await cycleAt(T0 + 303, 0, 101);
    await cycleAt(T0 + 362, 0, 150);
    expect(gainUsd()).toBe(12 + 24);
    expect(brokenEntries(await entriesOf(redis()), brain.context)).toEqual([]);
  });

  it('gains once where P3.3 shows it later', async () => {
    await cycleAt(T0 + 2, 0, 100);
    await fill(T0 + 61, 'BUY', 1, 100);
    await cycleAt(T0 + 63, 0, 101);
    await cycleAt(T0 + 122, 1, 110);
    expect(gainUsd()).toBe(10);
  });

  it('gains once where another process closes the period', async () => {
    await cycleAt(T0 + 2, 0, 100);
    await cycleAt(T0 + 59, 0, 100);
    await fill(T0 + 61, 'BUY', 1, 100);
    await brain.leases.release();
    brain.close();
    await start();
    await cycleAt(T0 + 90, 1, 105);
    await cycleAt(T0 + 122, 1, 110);
    expect(gainUsd()).toBe(10);
  });
});

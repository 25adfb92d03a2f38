import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { brainStateKey } from '@quantum/redis-schemas';
import { useRedis } from '@quantum/testing';
import { createTestBrain, entriesOf, fieldOf, putMarket, T0, type TestBrain } from './test-brain.test-support.js';

const PROOF = 'PROOF_ABCDEFGHA';
const file = useRedis();
const { redis } = file;
const time = { sec: 0 };
let brain: TestBrain;
beforeEach(async () => {
  time.sec = T0 + 2;
  brain = await createTestBrain(`unix://${file.server.socketPath}`, time);
});
afterEach(() => {
  brain.close();
});

const scored = async (): Promise<string[]> => (await entriesOf(redis())).map((flat) => fieldOf(flat, 'symbol'));
const put = (symbol: string, amount?: number) =>
  putMarket(redis(), time, symbol, { ...(amount !== undefined && { amount }), price: 100, targetUsd: 1000 });

describe('a symbol of a proof', () => {
  it('is no longer scored once its keys are gone, and a state that is removed does not come back', async () => {
    await put(PROOF, 1);
    await put('S', 1);
    await brain.cycle();
    await putMarket(redis(), time, PROOF, {});
    await putMarket(redis(), time, 'S', {});
    await redis().del(brainStateKey(PROOF));
    time.sec += 60;
    await brain.cycle();
    expect(await scored()).toEqual([PROOF, 'S', 'S']);
    expect(await redis().exists(brainStateKey(PROOF))).toBe(0);
    expect(await brain.metric('p31_efficiency_score', { symbol: PROOF })).toBeUndefined();
  });

  it('is scored while it has only a target, or only a position', async () => {
    await put(PROOF);
    await brain.cycle();
    await putMarket(redis(), time, PROOF, { amount: 1, price: 100 });
    await brain.cycle();
    expect(await scored()).toEqual([PROOF, PROOF]);
  });

  it('does not say that P3.3 is alive: a symbol without a position stays unknown, and is not flat', async () => {
    await put(PROOF, 1);
    await put('S');
    await brain.cycle();
    const missing = async () =>
      fieldOf((await entriesOf(redis())).findLast((flat) => fieldOf(flat, 'symbol') === 'S') ?? [], 'stale_flags');
    expect(await missing()).toContain('POSITION_MISSING');
    await put('T', 1);
    await brain.cycle(); // its scan finds T, for the next one
    await brain.cycle();
    expect(await missing()).not.toContain('POSITION');
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { efficiencyKey, LAST_CYCLE_KEY, leaseKey, proposedKey, shardOfSymbol, STREAMS } from '@quantum/redis-schemas';
import { putEfficiency, putTarget, readStream, useRedis } from '@quantum/testing';
import { BATCH_SYMBOLS } from './shard-batches.js';
import { createTestProposer, TS_EPOCH, type TestProposer } from './test-proposer.test-support.js';

const file = useRedis();
const now = TS_EPOCH;
const SYMBOLS = 130; // three batches
let proposer: TestProposer;
async function putAll(): Promise<void> {
  for (let i = 0; i < SYMBOLS; i += 1) await putSymbol(`S${i}`, 10.01 * (i + 1), 0.45 + (i % 11) / 20);
}
beforeEach(putAll);
afterEach(() => {
  jest.restoreAllMocks();
  proposer.close();
});

async function putSymbol(symbol: string, targetUsd: number, score: number): Promise<void> {
  await putTarget(file.redis(), symbol, { now, targetUsd });
  await putEfficiency(file.redis(), symbol, { now, score });
}
async function start(env: Record<string, string>): Promise<TestProposer> {
  proposer = await createTestProposer(`unix://${file.server.socketPath}`, env);
  return proposer;
}
const entries = async () => (await readStream(file.redis(), STREAMS.proposed)).map(({ fields }) => fields);

/** A double as a whole number of 1e-100: exact for those that are not below 1e-80. */
const exact = (text = ''): bigint => BigInt(Number(text).toFixed(100).replace('.', ''));
const sumOf = (fields: Record<string, string>[], name: string): bigint =>
  fields.reduce((sum, each) => sum + exact(each[name]), 0n);

describe('the budget of a cycle', () => {
  it('cap: never exceeds the sum of the bases, and says by what it scaled', async () => {
    await file.redis().del(efficiencyKey('S3'));
    await (await start({ P31_BUDGET: 'cap' })).cycle();
    const all = await entries();
    expect(all).toHaveLength(SYMBOLS);
    expect(sumOf(all, 'proposed_target') <= sumOf(all, 'base_target')).toBe(true);
    expect(Number(sumOf(all, 'base_target') - sumOf(all, 'proposed_target'))).toBeLessThan(1e-9 * 1e100);

    const [scale, ...others] = [...new Set(all.filter(({ reason }) => reason === 'ok').map((each) => each['budget_scale']))];
    expect(others).toEqual([]);
    expect(Number(scale)).toBeLessThan(1);
    expect(all.find(({ symbol }) => symbol === 'S3')).toMatchObject({ reason: 'missing_eff', multiplier: '1.0000', budget_scale: '1' });
    const hash = await file.redis().hgetall(proposedKey('S10'));
    expect(hash).toMatchObject({ budget_scale: scale, raw_multiplier: '1.4500', multiplier: (1.45 * Number(scale)).toFixed(4) });
    expect(Number(hash['smoothed_multiplier'])).toBeCloseTo(1.45, 14); // the state is of before the budget
    expect(await proposer.metric('p29_shadow_budget_scale')).toBe(Number(scale));
    expect(await proposer.metric('p29_shadow_budget_unmet_total')).toBe(0);
    expect(await proposer.metric('p29_shadow_multiplier', { symbol: 'S10' })).toBe(1.45 * Number(scale));
    expect(proposer.logged()).toContainEqual(expect.objectContaining({ msg: 'cycle', budgetScale: Number(scale) }));
    expect(await file.redis().hget(LAST_CYCLE_KEY, 'proposed')).toBe(String(SYMBOLS));
  }); // prettier-ignore

  it('neutral: keeps the sum of the bases, here by scaling up', async () => {
    for (let i = 0; i < SYMBOLS; i += 1) await putEfficiency(file.redis(), `S${i}`, { now, score: 0.2 + (i % 9) / 25 });
    await (await start({ P31_BUDGET: 'neutral' })).cycle();
    const all = await entries();
    const short = sumOf(all, 'base_target') - sumOf(all, 'proposed_target');
    expect(short >= 0n && short < sumOf(all, 'base_target') >> 49n).toBe(true);
    expect(Number(all[0]?.['budget_scale'])).toBeGreaterThan(1);
  });

  it('holds shard by shard, and so in total', async () => {
    await (await start({ P31_BUDGET: 'cap', PROPOSER_SHARDS: '3' })).cycle();
    const all = await entries();
    const scales = [0, 1, 2].map((shard) => {
      const own = all.filter(({ symbol = '' }) => shardOfSymbol(symbol, 3) === shard);
      expect(sumOf(own, 'proposed_target') <= sumOf(own, 'base_target')).toBe(true);
      return own[0]?.['budget_scale'];
    });
    expect(new Set(scales).size).toBe(3);
    expect(await proposer.metric('p29_shadow_budget_scale')).toBe(Math.min(...scales.map(Number)));
  });

  it('gives way to the bounds, which is counted each time and logged once', async () => {
    await start({ P31_BUDGET: 'cap', P31_MIN_MULT: '1.1' });
    await proposer.cycle();
    await proposer.cycle();
    expect(new Set((await entries()).map(({ multiplier }) => multiplier))).toEqual(new Set(['1.1000']));
    expect(await proposer.metric('p29_shadow_budget_unmet_total')).toBe(2);
    for (let i = 0; i < SYMBOLS; i += 1) await file.redis().del(efficiencyKey(`S${i}`));
    await proposer.cycle();
    const lines = proposer.logged().filter(({ msg }) => String(msg).startsWith('the budget'));
    expect(lines.map(({ level, shard }) => [level, shard])).toEqual([['warn', 0], ['info', 0]]);
  }); // prettier-ignore

  it.each(['cap', 'neutral'])('%s: symbols of the proof runner change no other proposal, and keep their own', async (mode) => {
    await (await start({ P31_BUDGET: mode })).cycle();
    const before = await entries();
    proposer.close();
    await file.redis().flushall();
    await putAll();
    await putSymbol('PROOF_A', 1000, 0.9);
    await putSymbol('PROOF_B', 2e6, 0.3);
    await (await start({ P31_BUDGET: mode })).cycle();
    const after = await entries();
    expect(after.filter(({ symbol = '' }) => !symbol.startsWith('PROOF_'))).toEqual(before);
    expect(after.find(({ symbol }) => symbol === 'PROOF_A')).toMatchObject({ multiplier: '1.4000', proposed_target: '1400', budget_scale: '1' });
    expect(after.find(({ symbol }) => symbol === 'PROOF_B')).toMatchObject({ multiplier: '0.8000', budget_scale: '1' });
    expect(await proposer.metric('p29_shadow_budget_scale')).toBe(Number(before[0]?.['budget_scale']));
  }); // prettier-ignore

  it('changes not a byte of what fits', async () => {
    for (let i = 0; i < SYMBOLS; i += 1) await putEfficiency(file.redis(), `S${i}`, { now, score: 0.4 });
    await (await start({})).cycle();
    const without = await entries();
    proposer.close();
    await file.redis().flushall();
    for (let i = 0; i < SYMBOLS; i += 1) await putSymbol(`S${i}`, 10.01 * (i + 1), 0.4);
    await (await start({ P31_BUDGET: 'cap' })).cycle();
    const policy = expect.any(String) as unknown as string; // the budget is a part of it
    expect(await entries()).toEqual(without.map((each) => ({ ...each, policy })));
  });
});

describe('a cycle under a budget', () => {
  it('publishes nothing when it is stopped before it has read everything', async () => {
    await start({ P31_BUDGET: 'cap' });
    proposer.context.onProgress = () => {
      proposer.stop.abort();
    };
    await expect(proposer.cycle()).rejects.toThrow('abort');
    expect(await file.redis().exists(STREAMS.proposed, LAST_CYCLE_KEY)).toBe(0);
  });

  it('leaves no summary when it is stopped while it publishes', async () => {
    await start({ P31_BUDGET: 'cap' });
    let checks = 0;
    proposer.context.onProgress = () => {
      checks += 1;
      if (checks > SYMBOLS / BATCH_SYMBOLS + 1) proposer.stop.abort();
    };
    await expect(proposer.cycle()).rejects.toThrow('abort');
    expect((await file.redis().xlen(STREAMS.proposed)) % BATCH_SYMBOLS).toBe(0);
    expect(await file.redis().exists(LAST_CYCLE_KEY)).toBe(0);
  });

  it('publishes nothing when its lease is lost meanwhile', async () => {
    await start({ P31_BUDGET: 'cap' });
    let lost: Promise<unknown> | undefined;
    proposer.context.onProgress = () => {
      lost ??= file.redis().set(leaseKey(STREAMS.proposed, 0), '9:another');
    };
    await expect(proposer.cycle()).rejects.toThrow('the lease of shard 0 is lost');
    await lost;
    expect(await file.redis().exists(STREAMS.proposed, LAST_CYCLE_KEY)).toBe(0);
  });

  it('renews its lease while it only reads', async () => {
    await start({ P31_BUDGET: 'cap' });
    let clockMs = 0;
    proposer.context.clock = { ...proposer.context.clock, steadyMs: () => (clockMs += 60_000) };
    await file.redis().config('RESETSTAT');
    await proposer.cycle();
    const calls = /cmdstat_evalsha:calls=(\d+)/.exec(await file.redis().info('commandstats'))?.[1];
    const batches = Math.ceil(SYMBOLS / BATCH_SYMBOLS);
    // The claim, then of each batch a renewal, then its proposals, then the summary.
    expect(Number(calls)).toBe(1 + batches + batches + 1);
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { proposedKey, STREAMS } from '@quantum/redis-schemas';
import { putEfficiency, putTarget, readStream, useRedis } from '@quantum/testing';
import { clockAt, createTestProposer, TS_EPOCH, type TestProposer } from './test-proposer.test-support.js';

const file = useRedis();
let nowSec: number;
let running: TestProposer[];
beforeEach(() => {
  nowSec = TS_EPOCH;
  running = [];
});
afterEach(() => {
  for (const each of running) each.close();
});

async function start(env: Record<string, string> = { P31_SMOOTHING_HALFLIFE_SEC: '60' }): Promise<TestProposer> {
  const proposer = await createTestProposer(`unix://${file.server.socketPath}`, env, { clock: clockAt(() => nowSec) });
  running.push(proposer);
  return proposer;
}

/** The raw multiplier of this score is 1.5. */
async function putSymbol(symbol: string, score = 1): Promise<void> {
  await putTarget(file.redis(), symbol, { now: nowSec, targetUsd: 1000 });
  await putEfficiency(file.redis(), symbol, { now: nowSec, score });
}
/** The symbol's entries, oldest first. */
const entriesOf = async (symbol: string) =>
  (await readStream(file.redis(), STREAMS.proposed))
    .map(({ fields }) => fields)
    .filter((each) => each['symbol'] === symbol);
const targetsOf = async (symbol: string) => (await entriesOf(symbol)).map((each) => Number(each['proposed_target']));

describe('smoothing over cycles', () => {
  it('goes half of the way in a halflife, however uneven the cycles are, and says what it started from', async () => {
    await putSymbol('A');
    const { cycle } = await start();
    for (const waitSec of [0, 60, 60, 20, 40, 3600]) {
      nowSec += waitSec;
      await putSymbol('A');
      await cycle();
    }
    const targets = await targetsOf('A');
    expect(targets.slice(0, 3)).toEqual([1000, 1250, 1375]);
    expect(targets[4]).toBeCloseTo(1437.5, 9); // two steps that are a halflife together
    expect(targets[5]).toBeCloseTo(1500, 9);
    const entries = await entriesOf('A');
    expect(entries[0]).toMatchObject({ multiplier: '1.0000', raw_multiplier: '1.5000', smoothing_from: '', smoothing_from_ts: '' });
    expect(entries[2]).toMatchObject({ multiplier: '1.3750', smoothing_from: '1.25', smoothing_from_ts: String(TS_EPOCH + 60) });
    const hash = await file.redis().hgetall(proposedKey('A'));
    expect(Number(hash['smoothed_multiplier'])).toBe(Number(entries[5]?.['proposed_target']) / 1000);
  }); // prettier-ignore

  it('goes on after a restart, and in another replica', async () => {
    await putSymbol('A');
    const first = await start();
    await first.cycle();
    nowSec += 60;
    await first.cycle();
    await first.leases.release();
    first.close();

    const second = await start();
    nowSec += 60;
    await putSymbol('A');
    expect(await second.cycle()).toBe('cycle');
    expect(await targetsOf('A')).toEqual([1000, 1250, 1375]);
  });

  it('publishes exactly 1 at once when the score is stale, and starts over from there', async () => {
    await putSymbol('A');
    const { cycle } = await start();
    await cycle();
    nowSec += 3600;
    await cycle(); // the score is an hour old
    expect((await entriesOf('A')).at(-1)).toMatchObject({ reason: 'stale_eff', multiplier: '1.0000', proposed_target: '1000', smoothing_from: '' });
    expect(await file.redis().hget(proposedKey('A'), 'smoothed_multiplier')).toBe('1');
    nowSec += 60;
    await putSymbol('A');
    await cycle();
    expect((await entriesOf('A')).at(-1)).toMatchObject({ reason: 'ok', proposed_target: '1250', smoothing_from: '1' });
  }); // prettier-ignore

  it('starts over where the state is garbage or no hash, and harms no other symbol', async () => {
    for (const symbol of ['GARBAGE', 'GOOD', 'STRING', 'FUTURE']) await putSymbol(symbol);
    const { cycle } = await start();
    await cycle();
    await file.redis().hset(proposedKey('GARBAGE'), 'smoothed_multiplier', '\xff1e3,');
    await file.redis().hset(proposedKey('FUTURE'), 'ts_epoch', '1e12');
    await file.redis().del(proposedKey('STRING'));
    await file.redis().set(proposedKey('STRING'), 'squatter');
    nowSec += 60;
    await cycle();
    expect(await targetsOf('GARBAGE')).toEqual([1000, 1000]);
    expect(await targetsOf('FUTURE')).toEqual([1000, 1000]);
    expect(await targetsOf('STRING')).toEqual([1000, 1000]);
    expect(await targetsOf('GOOD')).toEqual([1000, 1250]);
    nowSec += 60;
    await cycle();
    expect(await targetsOf('GARBAGE')).toEqual([1000, 1000, 1250]);
  });

  it('takes another policy up from where the multiplier is', async () => {
    await putSymbol('A', 0);
    const quick = await start({});
    await quick.cycle();
    await quick.leases.release();
    const slow = await start();
    nowSec += 60;
    await putSymbol('A');
    await slow.cycle();
    expect(await targetsOf('A')).toEqual([500, 1000]); // from 0.5 half of the way to 1.5
  });

  it('is of those symbols alone whose policy smooths', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'policy-'));
    const path = join(folder, 'policy.json');
    await writeFile(path, JSON.stringify({ version: 1, groups: [{ pattern: 'SLOW*', parameters: { P31_SMOOTHING_HALFLIFE_SEC: 60 } }] }));
    await putSymbol('SLOW1');
    await putSymbol('QUICK');
    const { cycle } = await start({ P31_POLICY_FILE: path });
    await cycle();
    nowSec += 60;
    await cycle();
    await rm(folder, { recursive: true });
    expect(await targetsOf('SLOW1')).toEqual([1000, 1250]);
    expect(await targetsOf('QUICK')).toEqual([1500, 1500]);
    const [slow, quick] = [await entriesOf('SLOW1'), await entriesOf('QUICK')];
    expect(slow[0]?.['policy']).not.toBe(quick[0]?.['policy']);
  }); // prettier-ignore

  it('reads the shadow keys only where a policy smooths', async () => {
    await putSymbol('A');
    const hmgetsOf = async (env: Record<string, string>): Promise<number> => {
      const proposer = await start(env);
      await file.redis().config('RESETSTAT');
      await proposer.cycle();
      await proposer.leases.release();
      nowSec += 1;
      return Number(/cmdstat_hmget:calls=(\d+)/.exec(await file.redis().info('commandstats'))?.[1]);
    };
    expect(await hmgetsOf({})).toBe(2);
    expect(await hmgetsOf({ P31_SMOOTHING_HALFLIFE_SEC: '1' })).toBe(3);
  });
});

import { describe, expect, it } from '@jest/globals';
import { dailyKey, lastExecKey, STREAMS, windowKey } from '@quantum/redis-schemas';
import { putEfficiency, putTarget, useRedis } from '@quantum/testing';
import { holdBatches } from './batches.test-support.js';
import { harness, NOW_SEC, type Harness } from './governor-harness.test-support.js';

const { redis } = useRedis();

/** Dies at the `at`-th batch, when the server has carried out its first `done` commands. */
function crashAt(at: number, done: number) {
  const sizes: number[] = [];
  const restore = holdBatches(redis(), ({ size, send, loseAfter }) => {
    sizes.push(size);
    if (sizes.length - 1 === at) void loseAfter(done);
    else send();
  });
  return { sizes, restore };
}

/** A batch with every kind of entry in it. */
async function arrange(governor: Harness): Promise<void> {
  const { plan, consumer } = governor;
  await putEfficiency(redis(), 'A', { now: NOW_SEC, score: 0.2 });
  await putTarget(redis(), 'CAPPED', { now: NOW_SEC, mode: 'enforce', targetUsd: 1 });
  const worn = await plan({ planId: 'worn', symbol: 'W' });
  await consumer.readNew(1, 1);
  await redis().xclaim(STREAMS.plans, 'governor', 'dead', 0, worn, 'RETRYCOUNT', 5);
  for (const planId of ['a1', 'a2', 'a3']) await plan({ planId, symbol: 'A' }); // the third is a breach
  await plan({ planId: 'a1', symbol: 'B' });
  await plan({ planId: 'capped', symbol: 'CAPPED' });
  await plan({ planId: 'danger', symbol: 'C', killScore: 1 });
  await plan({ planId: '' });
  await plan({ planId: 'skipped', decision: 'SKIP' });
}

const ENV = { GOV_SYMBOL_COOLDOWN_SECONDS: '0', GOV_DISARM_ON_BURST_BREACH: 'true', GOV_GATE_DISARMED: 'shadow' };
const PLANS = ['worn', 'a1', 'a2', 'a3', 'capped', 'danger'];
const SYMBOLS = ['A', 'B', 'C', 'CAPPED', 'W'];

/** All that a reader can see afterwards. What is reported at least once counts once. */
async function finalState({ permit, block, outcome, events, deadLetters, pending }: Harness) {
  const once = (rows: Record<string, string>[], field: string) =>
    [...new Set(rows.map((row) => `${row[field] ?? ''} ${row['reason'] ?? ''} ${row['plan_id'] ?? ''}`))].sort();
  const each = <T>(names: string[], ask: (name: string) => Promise<T>) => Promise.all(names.map(ask));
  const permits = await each(PLANS, permit);
  return {
    outcomes: await each(PLANS, outcome),
    // A crash after the latch was set shows in would_block, which is as it should be.
    permits: permits.map((found) => found && { ...found, would_block: [] }),
    blocks: await each(PLANS, block),
    windows: await each(SYMBOLS, (symbol) => redis().zrange(windowKey(symbol), '0', '-1', 'WITHSCORES')),
    days: await each(SYMBOLS, async (symbol) => {
      const { total_micro_usd: total = '0', ...rest } = await redis().hgetall(dailyKey(symbol));
      return [total, Object.keys(rest).filter((field) => field.startsWith('p:'))];
    }),
    lastExec: await each(SYMBOLS, (symbol) => redis().get(lastExecKey(symbol))),
    latch: (await redis().keys('quantum:governor:disarm:*')).length,
    events: once(await events(), 'event'),
    deadLetters: once(await deadLetters(), 'entry_id').length,
    pending: await pending(),
  };
}

describe('a crash', () => {
  it('between any two commands leads to the same final state', async () => {
    const warm = await harness(redis(), ENV); // loads the scripts
    await warm.decide({ planId: 'warm' }, { planId: 'warm', symbol: 'Y' });
    await warm.decide({ planId: 'w2' }, { planId: 'w3' });
    await warm.plan({ planId: 'w4' });
    await warm.consumer.readNew(1, 1);
    await warm.redeliver();
    await redis().flushall();
    const calm = await harness(redis(), ENV);
    await arrange(calm);
    const none = crashAt(Infinity, 0);
    await calm.redeliver();
    await calm.serve();
    none.restore();
    const expected = await finalState(calm);
    expect(expected.outcomes).toEqual([
      'dead_letter',
      'permit',
      'permit',
      'burst_rate',
      'allocation_cap',
      'kill_score',
    ]);
    expect(expected).toMatchObject({ latch: 1, deadLetters: 2, pending: [] });

    let crashes = 0;
    for (const [at, size] of none.sizes.entries()) {
      for (let done = 0; done <= size; done++) {
        await redis().flushall();
        const victim = await harness(redis(), ENV);
        await arrange(victim);
        const crash = crashAt(at, done);
        const died = await victim.redeliver().then(() => victim.serve()).then(() => false, () => true); // prettier-ignore
        crash.restore();
        expect(died).toBe(true);
        crashes++;

        const heir = await harness(redis(), ENV);
        await heir.redeliver();
        await heir.serve();
        await heir.redeliver();
        expect({ at, done, ...(await finalState(heir)) }).toEqual({ at, done, ...expected });
      }
    }
    expect(crashes).toBeGreaterThan(50);
  });
});

import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { decidedKey, efficiencyKey, STREAMS } from '@quantum/redis-schemas';
import { putEfficiency, putTarget, serverTimeMs, spawnApp, useRedis, waitFor } from '@quantum/testing';
import { holdBatches } from './batches.test-support.js';
import { harness } from './governor-harness.test-support.js';

const file = useRedis();
const { redis } = file;
const BUNDLE = join(__dirname, '../../../../dist/apps/governor-plugin/main.js');

/** Until the server's clock is a second further: no sleep, as the server says so. */
async function aSecond(): Promise<void> {
  const other = await file.connect();
  const sinceMs = await serverTimeMs(other);
  while ((await serverTimeMs(other)) <= sinceMs + 1001) await other.ping();
}

describe('a plan that was late', () => {
  it('is read the next time without what only advises, but an open with all its gates, and an exit by its switches alone', async () => {
    // With a limit in shadow, the open is recorded beside the exit.
    const governor = await harness(redis(), { GOV_GATE_HOURLY_RATE: 'shadow' }, undefined, 1000);
    await governor.decide({ planId: 'warm', symbol: 'WARM' });
    const now = governor.clock.wallSec();
    await putEfficiency(redis(), 'BTCUSDT', { now, score: 0.1 });
    await governor.plan({ planId: 'open' });
    await governor.plan({ planId: 'exit', symbol: 'ETHUSDT', reduceOnly: true });
    const entries = await governor.consumer.readNew(2, 1);
    const other = await file.connect();
    let batches = 0;
    const stop = holdBatches(redis(), ({ send }) => {
      batches += 1;
      if (batches !== 3)
        send(); // 1 read state, 2 reserve, 3 record
      else void putTarget(other, 'BTCUSDT', { now, mode: 'enforce', targetUsd: 1 }).then(aSecond).then(send);
    });
    expect(await governor.serveEntries(entries)).toHaveLength(2);
    stop();
    expect(await governor.metrics('p32_errors_total')).toEqual(['{kind="late"} 2']);
    const notRead = { budget: 'unreadable', allocation: 'unreadable', violation_ts: 'unreadable' };
    const [open, exit] = [await governor.record('open'), await governor.record('exit')];
    const openInputs = { budget_enforce: false, allocation_target_usd: 1, violation_ts: null };
    expect(open).toMatchObject({ outcome: 'refused', reason: 'allocation_cap', inputs: openInputs });
    expect(exit).toMatchObject({ outcome: 'permit', inputs: { ...notRead, position: 'unreadable', disarmed: false } });

    await governor.decide({ planId: 'next', symbol: 'NEXT' }); // in full again
    expect((await governor.record('next'))?.inputs).toMatchObject({ budget_enforce: false, eff_reason: 'missing_eff' });
  });
});

describe('an efficiency score of 100 MB', () => {
  it.each([
    ['digits', '1'],
    ['a text', 'x'],
  ])('of %s delays no exit of its own symbol or another', async (_what, character) => {
    const app = spawnApp(BUNDLE, { REDIS_URL: file.server.url, METRICS_PORT: '0' });
    await app.waitForLine(/serving plans/);
    const score = character.repeat(100_000_000);
    await redis().hset(efficiencyKey('P'), { efficiency_score: score, confidence: '1', ts: Date.now() / 1000 });
    const plans = ['bad', ...Array.from({ length: 5 }, (_, i) => `exit${i}`)];
    const adding = redis().multi();
    for (const [i, planId] of plans.entries()) {
      adding.xadd(
        STREAMS.plans,
        '*',
        'plan_id',
        planId,
        'symbol',
        i === 0 ? 'P' : `S${i}`,
        'decision',
        'EXECUTE',
        'reduceOnly',
        '1',
      );
    }
    await adding.exec();
    const isDone = async () => (await redis().exists(...plans.map(decidedKey))) === plans.length;
    await waitFor(isDone, { what: 'every decision' });
    for (const planId of plans) {
      const record = JSON.parse((await redis().get(decidedKey(planId))) ?? '{}') as { outcome: string };
      expect([planId, record.outcome]).toEqual([planId, 'permit']);
    }
    expect(await app.stop()).toMatchObject({ code: 0 });
  });
});

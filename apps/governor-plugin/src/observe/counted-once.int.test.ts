import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { decidedKey, STREAMS, type DecisionRecord } from '@quantum/redis-schemas';
import { addPlan, connectedClient, useRedis, waitFor } from '@quantum/testing';
import { startCuttingProxy, type CuttingProxy, type Fate } from '@quantum/testbed';
import { harness } from '../tests/governor-harness.test-support.js';
import { GRANT } from '../record/grant-script.js';
import { RECORD } from '../record/record-script.js';
import { useServices } from '../tests/service.test-support.js';

const file = useRedis();
const { redis } = file;
const start = useServices(file);

let proxy: CuttingProxy;
let cut: Redis;
beforeEach(async () => {
  proxy = await startCuttingProxy(file.server.socketPath);
  cut = await connectedClient(proxy.url, { maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false });
});
afterEach(async () => {
  cut.disconnect();
  await proxy.close();
});

const FREE = { GOV_SYMBOL_COOLDOWN_SECONDS: '0', GOV_MAX_EXEC_PER_5MIN: '1' };
/** With a limit in shadow, permits are recorded with refusals, after all were reserved for. */
const IN_SHADOW = { ...FREE, GOV_GATE_HOURLY_RATE: 'shadow' };
/** How permits are recorded, and how many of a permit and a refusal are recorded by the first script that records. */
const WAYS = [
  ['with refusals', IN_SHADOW, 2],
  ['as they are reserved', FREE, 1],
] as const;
const isRecording = (chunk: string): boolean => chunk.includes('"decided_at"');
const whenRecording =
  (fate: Fate) =>
  (chunk: string): Fate =>
    isRecording(chunk) ? fate : 'pass';

/** A governor behind the proxy. Its batch of two plans, one to be refused, ended as `fate` says. */
async function afterLostAnswer(fate: Fate, env: Record<string, string>) {
  const governor = await harness(cut, env);
  // Or the answer would be that they are not known.
  for (const { lua } of [RECORD, GRANT]) await redis().script('LOAD', lua);
  await governor.plan({ planId: 'p1' });
  await governor.plan({ planId: 'p2' });
  proxy.fate = whenRecording(fate);
  await expect(governor.serve()).rejects.toThrow();
  proxy.fate = () => 'pass';
  await waitFor(() => cut.status === 'ready', { what: 'the connection' });
  return governor;
}
const counters = async ({ metrics }: Awaited<ReturnType<typeof harness>>) => ({
  permits: await metrics('quantum_govern_allow_total'),
  refused: await metrics('quantum_govern_block_total'),
  hints: (await metrics('p32_eff_apply_total')).length,
  gates: (await metrics('p32_gate_total{gate="kill_switch",mode="enforce",verdict="pass"}')).map(Number),
});
const NOTHING = { permits: [], refused: [], hints: 0, gates: [] };
const BOTH = {
  permits: ['{symbol="BTCUSDT"} 1'],
  refused: ['{symbol="BTCUSDT",reason="burst_rate"} 1'],
  hints: 1,
  gates: [2],
};

describe.each(WAYS)('a decision whose answer was lost, of permits recorded %s,', (_way, env, recorded) => {
  it('is counted once when it is delivered again to the process that made it', async () => {
    const governor = await afterLostAnswer('cut_answer', env);
    expect(await redis().exists(decidedKey('p1'), decidedKey('p2'))).toBe(recorded);
    expect(await counters(governor)).toEqual(NOTHING);
    await governor.redeliver();
    expect(await counters(governor)).toEqual(BOTH);
    await governor.governor.countUnheard();
    expect(await counters(governor)).toEqual(BOTH);
  });

  it('is counted by the process that made it, not by the one that finishes it', async () => {
    const governor = await afterLostAnswer('cut_answer', env);
    const other = await harness(redis(), env);
    await other.redeliver();
    await governor.governor.countUnheard();
    const refusal = { ...NOTHING, refused: BOTH.refused, gates: [1] };
    const permit = { ...BOTH, refused: [], gates: [1] };
    const expected = recorded === 2 ? [NOTHING, BOTH] : [refusal, permit]; // the refusal had not been recorded
    expect([await counters(other), await counters(governor)]).toEqual(expected);
  });

  it('is counted by another process if that is the one that made it after all', async () => {
    const governor = await afterLostAnswer('cut', env); // it never arrived
    expect(await redis().exists(decidedKey('p1'), decidedKey('p2'))).toBe(0);
    await governor.governor.countUnheard();
    const other = await harness(redis(), env);
    other.clock.advanceSec(5);
    await other.redeliver();
    governor.clock.advanceSteadySec(2);
    await governor.governor.countUnheard();
    expect([await counters(other), await counters(governor)]).toEqual([BOTH, NOTHING]);
  });

  it('is counted once when it did not arrive and the process decides again', async () => {
    const governor = await afterLostAnswer('cut', env);
    governor.clock.advanceSec(5);
    await governor.redeliver();
    await governor.governor.countUnheard();
    expect(await counters(governor)).toEqual(BOTH);
  });
});

describe('the counters of two replicas, while connections are cut', () => {
  it('sum up to the records', async () => {
    const env = {
      REDIS_URL: proxy.url,
      GOV_CLAIM_IDLE_SEC: '0.2',
      GOV_MAX_DELIVERIES: '100',
      GOV_SYMBOL_COOLDOWN_SECONDS: '0',
      GOV_PLAN_MAX_AGE_SEC: '600',
    };
    const replicas = await Promise.all([start(env), start({ ...env, GOV_TAKE_OVER: 'true' })]);
    let chunks = 0;
    const fates: Fate[] = ['cut_answer', 'pass', 'cut'];
    proxy.fate = (chunk) => (isRecording(chunk) ? (fates[(chunks += 1) % 5] ?? 'pass') : 'pass');
    const ids: string[] = [];
    while (ids.length < 600 || proxy.cuts < 10) {
      const planId = `p${ids.length}`;
      await addPlan(redis(), { now: 0, id: '*', planId, symbol: `S${ids.length % 100}`, qty: 0.001 });
      ids.push(planId);
    }
    proxy.fate = () => 'pass';
    const isDone = async () =>
      (await redis().exists(...ids.map(decidedKey))) === ids.length &&
      ((await redis().xpending(STREAMS.plans, 'governor')) as [number])[0] === 0;
    await waitFor(isDone, { what: 'every decision' });

    const records = (await redis().mget(ids.map(decidedKey))).map((json) => JSON.parse(json ?? '') as DecisionRecord);
    const permits = records.filter(({ outcome }) => outcome === 'permit').length;
    const sums = async () => {
      const texts = await Promise.all(
        replicas.map(async ({ metricsUrl }) => (await fetch(`${metricsUrl}/metrics`)).text()),
      );
      const sumOf = (name: string) =>
        [...texts.join('\n').matchAll(new RegExp(`^${name}\\S* (\\d+)$`, 'gm'))].reduce(
          (sum, [, n]) => sum + Number(n),
          0,
        );
      return [
        sumOf('quantum_govern_allow_total'),
        sumOf('p32_eff_apply_total'),
        sumOf('quantum_govern_block_total'),
        sumOf('p32_gate_total\\{gate="kill_switch"'),
      ];
    };
    const expected = [permits, permits, ids.length - permits, ids.length];
    await waitFor(async () => String(await sums()) === String(expected), { what: String(expected) }).catch(
      () => undefined,
    );
    expect(await sums()).toEqual(expected);
  });
});

import { describe, expect, it } from '@jest/globals';
import { readRecord } from '@quantum/decisions';
import { decidedKey, disarmKey, KILL_KEY, lastExecKey, permitKey, STREAMS, utcDate } from '@quantum/redis-schemas';
import { ConfigError } from '@quantum/service-kit';
import { addPlan, readStream, useRedis, waitFor, waitForEntry, waitForKey } from '@quantum/testing';
import type { RunningService } from '@quantum/service-host';
import { useServices } from './service.test-support.js';

const file = useRedis({ config: { appendonly: 'yes', appendfsync: 'always' } });
const { redis } = file;
const start = useServices(file);

const nowSec = () => Date.now() / 1000;
let number = 0;
/** Adds a plan of now, of a symbol of its own by default; resolves to its id. */
async function plan(fields: Partial<Parameters<typeof addPlan>[1]> = {}): Promise<string> {
  const planId = `p${number++}`;
  await addPlan(redis(), { now: nowSec(), planId, symbol: planId, id: '*', ...fields });
  return planId;
}
const permitted = (planId: string) => waitForKey(redis(), permitKey(planId));
async function decided(planId: string): Promise<string> {
  await waitForKey(redis(), decidedKey(planId));
  const { outcome, reason } = readRecord((await redis().get(decidedKey(planId))) ?? '')!;
  return outcome === 'refused' ? reason : outcome;
}
const undelivered = async () => await redis().xpending(STREAMS.plans, 'governor', '-', '+', 1000);
const isReady = ({ metricsUrl }: RunningService) =>
  waitFor(async () => (await fetch(`${metricsUrl}/readyz`)).status === 200, { what: 'readiness' });

describe('the running governor', () => {
  it('serves plans and probes', async () => {
    const running = await start();
    const { metricsUrl } = running;
    const planId = await plan();
    await permitted(planId);
    expect(await (await fetch(`${metricsUrl}/healthz`)).text()).toBe('ok\n');
    await isReady(running); // with the first round's end, which comes after its permits
    const metrics = await (await fetch(`${metricsUrl}/metrics`)).text();
    expect(metrics).toContain(`quantum_govern_allow_total{symbol="${planId}"} 1`);
    expect(metrics).toContain('p32_eff_apply_total{action="DOWNSIZE",reason="stale_eff"} 0');
    expect(metrics).toContain('p32_gate_total{gate="kill_score",mode="shadow",verdict="refuse"} 0');
    await waitFor(async () => (await undelivered()).length === 0, { what: 'the acknowledgement' });
  });

  it('serves what came before it, where that is young enough, and leaves the rest alone', async () => {
    const old = await plan({ id: `${Date.now() - 70_000}-0` });
    const young = await plan({ id: `${Date.now() - 30_000}-0` });
    await start();
    await permitted(young);
    expect(await redis().exists(decidedKey(old))).toBe(0);
  });

  it.each([
    ['group', () => redis().xgroup('DESTROY', STREAMS.plans, 'governor')],
    ['stream', () => redis().del(STREAMS.plans)],
    ['whole database', () => redis().flushall()],
  ])('makes the group anew when the %s is lost, serves fresh plans and no old ones', async (what, lose) => {
    const { metricsUrl } = await start();
    await permitted(await plan());
    await lose();
    const old = await plan(what === 'group' ? {} : { id: `${Date.now() - 70_000}-0` });
    const fresh = await plan();
    await permitted(fresh);
    if (what === 'group') await permitted(old);
    else expect(await redis().exists(decidedKey(old))).toBe(0);
    await waitFor(async () => (await (await fetch(`${metricsUrl}/metrics`)).text()).includes('{kind="no_group"} 1'), {
      what: 'the count',
    });
    expect((await fetch(`${metricsUrl}/readyz`)).status).toBe(200);
  });

  it('says so while Redis answers but takes no decision, and serves what was left when it does', async () => {
    const running = await start({ GOV_CLAIM_IDLE_SEC: '0.05' });
    await isReady(running);
    const planId = `p${number++}`;
    // One transaction: once memory is short, no plan can be added either.
    const fields = ['plan_id', planId, 'symbol', planId, 'action', 'OPEN', 'decision', 'EXECUTE', 'kill_score', '0'];
    await redis()
      .multi()
      .xadd(STREAMS.plans, '*', ...fields)
      .config('SET', 'maxmemory', '1')
      .exec();
    await waitFor(async () => (await (await fetch(`${running.metricsUrl}/readyz`)).text()).includes('OOM'), {
      what: 'the reason',
    });
    await redis().config('SET', 'maxmemory', '0');
    await permitted(planId);
    await isReady(running);
  });

  it('claims what a replica of its own left pending', async () => {
    const planId = await plan();
    await redis().xgroup('CREATE', STREAMS.plans, 'governor', '0');
    await redis().xreadgroup('GROUP', 'governor', 'governor-plugin:dead', 'STREAMS', STREAMS.plans, '>');
    await start({ GOV_CLAIM_IDLE_SEC: '0.05' });
    await permitted(planId);
    await waitFor(async () => (await undelivered()).length === 0, { what: 'the acknowledgement' });
  });
});

describe('another governor in the group', () => {
  async function other(): Promise<void> {
    await redis().xgroup('CREATE', STREAMS.plans, 'governor', '0', 'MKSTREAM');
    await redis().xgroup('CREATECONSUMER', STREAMS.plans, 'governor', 'governor-p32');
  }

  it('keeps this one from starting', async () => {
    await other();
    await expect(start()).rejects.toThrow(/another governor is active.*governor-p32/);
  });

  it('does not, with GOV_TAKE_OVER', async () => {
    await other();
    await start({ GOV_TAKE_OVER: 'true' });
    await permitted(await plan());
  });

  it('is none if it is a replica', async () => {
    await start();
    await permitted(await plan());
    await start();
    await permitted(await plan());
  });
});

describe('the disarm latch', () => {
  const latch = () => disarmKey(utcDate(nowSec()));
  const free = { GOV_SYMBOL_COOLDOWN_SECONDS: '0', GOV_DISARM_ON_BURST_BREACH: 'true' };

  it('is set by an enforced burst refusal, stops opens alone, and is set anew once it was cleared', async () => {
    const { metricsUrl } = await start(free);
    for (let i = 0; i < 2; i++) expect(await decided(await plan({ symbol: 'X' }))).toBe('permit');
    const breach = await plan({ symbol: 'X' });
    expect(await decided(breach)).toBe('burst_rate');
    await waitForKey(redis(), latch());
    expect(JSON.parse((await redis().get(latch())) ?? '')).toMatchObject({
      reason: 'burst_rate',
      symbol: 'X',
      plan_id: breach,
      exec_count: 2,
      max_exec_per_5min: 2,
    });
    expect((await waitForEntry(redis(), STREAMS.events, ({ event }) => event === 'AUTO_DISARM')).fields).toMatchObject({
      symbol: 'X',
      plan_id: breach,
      reason: 'burst_rate',
    });

    expect(await decided(await plan())).toBe('disarmed');
    expect(await decided(await plan({ reduceOnly: true }))).toBe('permit');
    await redis().del(latch());
    expect(await decided(await plan())).toBe('permit');
    expect(await decided(await plan({ symbol: 'X' }))).toBe('burst_rate');
    await waitForKey(redis(), latch());
    expect(await (await fetch(`${metricsUrl}/metrics`)).text()).toContain(
      'quantum_govern_disarm_total{reason="burst_rate"} 2',
    );
  });

  it('is not set where that is not asked for, nor by a refusal in shadow', async () => {
    await start({ ...free, GOV_GATE_BURST_RATE: 'shadow' });
    for (let i = 0; i < 3; i++) expect(await decided(await plan({ symbol: 'X' }))).toBe('permit');
    expect(await redis().exists(latch())).toBe(0);
  });
});

describe('Redis', () => {
  it('may die and come back: the governor stays up, says why it is not ready, and resumes by itself', async () => {
    const governor = await start({ GOV_CLAIM_IDLE_SEC: '0.1' });
    const before = await plan();
    await permitted(before);
    await isReady(governor);
    await file.server.kill();
    await waitFor(async () => (await fetch(`${governor.metricsUrl}/readyz`)).status === 503, { what: 'not ready' });
    expect(await (await fetch(`${governor.metricsUrl}/readyz`)).text()).toMatch(
      /ENOENT|ECONN|lost|not connected|closed/i,
    );
    expect((await fetch(`${governor.metricsUrl}/healthz`)).status).toBe(200);
    await file.server.restart();
    await waitFor(() => redis().ping(), { what: 'the server' });
    const after = await plan();
    await permitted(after);
    await isReady(governor);
    expect(await decided(before)).toBe('permit');
  });

  it('may hang: nothing is decided twice or lost', async () => {
    const governor = await start({ GOV_CLAIM_IDLE_SEC: '0.1' });
    await isReady(governor);
    file.server.pause();
    const plans = Promise.all(Array.from({ length: 20 }, () => plan()));
    await waitFor(async () => (await fetch(`${governor.metricsUrl}/readyz`)).status === 503, { what: 'not ready' }); // prettier-ignore
    file.server.resume();
    for (const planId of await plans) expect(await decided(planId)).toBe('permit');
    expect(await readStream(redis(), STREAMS.deadletter)).toEqual([]);
  });

  it('with a plan stream of another type is refused with its error, at the start', async () => {
    await redis().set(STREAMS.plans, 'no stream');
    await expect(start()).rejects.toThrow('WRONGTYPE');
  });
});

describe('starting', () => {
  it('lists every mistake of the environment', async () => {
    const env = {
      P31_MIN_FACTOR: '2',
      GOV_CLAIM_IDLE_SEC: '30',
      APPLY_MODE: 'prod',
      GOV_MAX_EXEC_PER_HOUR: '3 # three',
    };
    const failure = await start(env).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    const { violations } = failure as ConfigError;
    expect(violations).toHaveLength(4);
    for (const name of Object.keys(env)) expect(violations.some((line) => line.includes(name))).toBe(true);
  });

  it('obeys names of streams', async () => {
    await start({ STREAM_PLANS: 'my:plans', STREAM_EVENTS: 'my:events' });
    await redis().set(KILL_KEY, '1');
    const planId = await plan({ stream: 'my:plans' });
    expect(await decided(planId)).toBe('kill_switch');
    expect((await waitForEntry(redis(), 'my:events')).fields).toMatchObject({ plan_id: planId });
    expect(await redis().exists(STREAMS.events, STREAMS.plans, lastExecKey(planId))).toBe(0);
  });
});

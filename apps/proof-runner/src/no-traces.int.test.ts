import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KILL_KEY, STREAMS } from '@quantum/redis-schemas';
import { addPlan, putEfficiency, putTarget, spawnApp, useRedis, waitFor, waitForEntry } from '@quantum/testing';
import { startServices, type Services } from './spawn.js';
import { dump } from './testkit/dump.test-support.js';
import { APPS_FOLDER, PROOF_RUNNER, QUICK_CYCLES } from './testkit/paths.test-support.js';

const file = useRedis({ tcp: true });
let services: Services;

beforeAll(async () => {
  const env = { ...QUICK_CYCLES, REDIS_URL: file.server.url };
  services = await startServices(
    APPS_FOLDER,
    { 'allocation-target': env, 'governor-plugin': env },
    AbortSignal.timeout(30_000),
  );
});
afterAll(async () => {
  await services.stop();
});

/** A deployment in use: a target, a score, a permit, a refusal, and an invalid plan. */
beforeEach(async () => {
  const redis = file.redis();
  const now = Date.now() / 1000;
  // The group was lost with all data; the governor has created it anew when it decides this plan.
  await addPlan(redis, { planId: 'theirs', symbol: 'BTCUSDT', now });
  await addPlan(redis, { planId: 'refused', symbol: 'BTCUSDT', now, killScore: 1 });
  await addPlan(redis, { planId: '{none}', symbol: 'BTCUSDT', now });
  await putEfficiency(redis, 'BTCUSDT', { now });
  await putTarget(redis, 'BTCUSDT', { now });
  await waitForEntry(redis, STREAMS.deadletter);
  await waitForEntry(redis, STREAMS.proposed);
  await served();
});

const served = () =>
  waitFor(async () => (await file.redis().xpending(STREAMS.plans, 'governor'))[0] === 0, {
    what: 'all plans to be acknowledged',
  });

/** BTCUSDT is proposed in every cycle, with or without a proof run. */
const isServicesOwn = (key: string) => key === STREAMS.proposed || key === 'quantum:allocation:target:proposed:BTCUSDT';
const everything = () => dump(file.redis(), isServicesOwn);
const ownProposals = async () =>
  (await file.redis().xrange(STREAMS.proposed, '-', '+')).filter(([, flat]) => flat.join().includes('PROOF'));

function start(...args: string[]) {
  const urls = services.governorMetrics.map((url) => `--governor-metrics=${url}`);
  const all = ['--redis', file.server.url, `--allocation-metrics=${services.allocationMetrics.join()}`, ...urls];
  return spawnApp(PROOF_RUNNER, QUICK_CYCLES, ['run', ...all, ...args]);
}

async function remove(name: string) {
  const app = spawnApp(PROOF_RUNNER, QUICK_CYCLES, ['remove', name, '--redis', file.server.url]);
  const { code } = await app.exit;
  return { code, stdout: app.stdout };
}

describe('a run on a deployment in use', () => {
  it('leaves every key unchanged, and no entries of its own on any stream', async () => {
    const before = await everything();
    const app = start('--allow-kill-switch');

    expect((await app.exit).code).toBe(0);
    expect(app.stdout.at(-1)).toBe('SUMMARY: PASS (all tests passed)');
    expect(await everything()).toEqual(before);
    expect(await ownProposals()).toEqual([]);
  });

  it('leaves nothing of streams that did not exist before', async () => {
    await file.redis().del(STREAMS.events, STREAMS.deadletter);
    const before = await everything();

    expect((await start('--allow-kill-switch').exit).code).toBe(0);
    expect(await everything()).toEqual(before);
  });

  it.each(['', '0', ' OFF '])('restores a kill switch that was off as %j', async (value) => {
    await file.redis().set(KILL_KEY, value);
    const before = await everything();

    expect((await start('--allow-kill-switch', '--step', '2').exit).code).toBe(0);
    expect(await everything()).toEqual(before);
  });

  it.each([
    ['SIGINT', 'inputs of', 130],
    ['SIGTERM', 'step 1: waiting', 143],
    ['SIGHUP', 'step 2: decision 1 ', 129],
  ] as const)('%s leaves nothing either (after "%s")', async (signal, line, exitCode) => {
    const before = await everything();
    const app = start('--allow-kill-switch');
    await app.waitForLine(new RegExp(line));

    expect((await app.stop(signal)).code).toBe(exitCode);
    expect(app.stdout).toEqual([]);
    expect(await everything()).toEqual(before);
    expect(await ownProposals()).toEqual([]);
  });

  it.each([
    ['inputs of', ['--allow-kill-switch']],
    ['step 1: proposal 1', ['--step', '1']],
    ['step 2: decision 1 ', ['--step', '2']],
    ['clean-up', []],
    ['clean-up', ['--allow-kill-switch']],
  ])('killed (after "%s", of a run with %j), "remove" with its name leaves nothing either', async (line, args) => {
    const before = await everything();
    const app = start(...args);
    await app.waitForLine(new RegExp(line));
    await app.stop('SIGKILL');
    const [, name = ''] = /"proof-runner remove (\w+)"/.exec(app.stderr.join('\n')) ?? [];
    expect((await remove(name)).stdout.join()).toMatch(
      new RegExp(`^run ${name}: [1-9]\\d* keys and stream entries removed$`),
    );

    await file.redis().del(KILL_KEY); // it ends by itself after 15 s
    expect(await everything()).toEqual(before);
    expect(await ownProposals()).toEqual([]);
    expect((await remove(name)).stdout).toEqual([`run ${name}: 0 keys and stream entries removed`]);
  });

  it('"remove" with the name of another run changes nothing', async () => {
    const app = start();
    await app.waitForLine(/step 2: decision 1 /);
    await app.stop('SIGKILL');
    const own = await file.redis().keys('*PROOF_*');

    expect((await remove('AAAAAAAA')).stdout).toEqual(['run AAAAAAAA: 0 keys and stream entries removed']);
    expect(await file.redis().keys('*PROOF_*')).toEqual(expect.arrayContaining(own));
    expect((await remove('AAAAAAA1')).code).toBe(2);
  });

  it('removes its plans also from a governor that hangs while it holds them', async () => {
    const before = await everything();
    const { pid } = services.processes['governor-plugin'];
    process.kill(pid, 'SIGSTOP');
    try {
      const run = start();
      const { code } = await run.exit;
      expect({ code, said: run.stderr }).toMatchObject({ code: 1 });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await served();

    // The governor may have finished the plans that it held: only keys that expire by themselves are left of them.
    const after = await everything();
    const left = Object.entries(after).filter(([key]) => !(key in before));
    expect(left.filter(([, value]) => !(value as { ends: boolean }).ends)).toEqual([]);
    expect(after[STREAMS.plans]).toEqual(before[STREAMS.plans]);
  });
});

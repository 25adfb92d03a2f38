import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KILL_KEY, STREAMS } from '@quantum/redis-schemas';
import type { Redis } from '@quantum/redis-io';
import {
  addPlan,
  putEfficiency,
  putTarget,
  spawnApp,
  useRedis,
  waitFor,
  waitForEntry,
  withOwnRedis,
} from '@quantum/testing';
import { startServices, type Services } from './spawn.js';
import { dump } from './testkit/dump.test-support.js';
import { APPS_FOLDER, PROOF_RUNNER, QUICK_CYCLES } from './testkit/paths.test-support.js';

const file = useRedis({ tcp: true });
let services: Services;

let hanging: ReturnType<typeof runBesideHangingGovernor>;

const startOn = (url: string): Promise<Services> => {
  const env = { ...QUICK_CYCLES, REDIS_URL: url };
  return startServices(APPS_FOLDER, { 'allocation-target': env, 'governor-plugin': env }, AbortSignal.timeout(30_000));
};

beforeAll(async () => {
  hanging = runBesideHangingGovernor();
  hanging.catch(() => undefined); // its test reports it
  services = await startOn(file.server.url);
});
afterAll(() => Promise.allSettled([services.stop(), hanging]));

/** A deployment in use: a target, a score, a permit, a refusal, and an invalid plan. */
async function use(redis: Redis): Promise<void> {
  const now = Date.now() / 1000;
  // The group was lost with all data; the governor has created it anew when it decides this plan.
  await addPlan(redis, { planId: 'theirs', symbol: 'BTCUSDT', now });
  await addPlan(redis, { planId: 'refused', symbol: 'BTCUSDT', now, killScore: 1 });
  await addPlan(redis, { planId: '{none}', symbol: 'BTCUSDT', now });
  await putEfficiency(redis, 'BTCUSDT', { now });
  await putTarget(redis, 'BTCUSDT', { now });
  await waitForEntry(redis, STREAMS.deadletter);
  await waitForEntry(redis, STREAMS.proposed);
  await served(redis);
}
beforeEach(() => use(file.redis()));

const served = (redis: Redis) =>
  waitFor(async () => (await redis.xpending(STREAMS.plans, 'governor'))[0] === 0, {
    what: 'all plans to be acknowledged',
  });

/** BTCUSDT is proposed in every cycle, with or without a proof run. */
const isServicesOwn = (key: string) => key === STREAMS.proposed || key === 'quantum:allocation:target:proposed:BTCUSDT';
const everything = (redis: Redis = file.redis()) => dump(redis, isServicesOwn);
const ownProposals = async () =>
  (await file.redis().xrange(STREAMS.proposed, '-', '+')).filter(([, flat]) => flat.join().includes('PROOF'));

const startRun = (url: string, { allocationMetrics, governorMetrics }: Services, ...args: string[]) => {
  const metrics = [`--allocation-metrics=${allocationMetrics.join()}`, `--governor-metrics=${governorMetrics.join()}`];
  return spawnApp(PROOF_RUNNER, QUICK_CYCLES, ['run', '--redis', url, ...metrics, ...args]);
};
const start = (...args: string[]) => startRun(file.server.url, services, ...args);

/** Waits for most of its time: begun with the file, on a Redis and services of its own. */
const runBesideHangingGovernor = () =>
  withOwnRedis(
    async (redis, { url }) => {
      const own = await startOn(url);
      try {
        await use(redis);
        const before = await everything(redis);
        const governor = own.processes['governor-plugin'];
        governor.pause();
        const run = startRun(url, own);
        const { code } = await run.exit.finally(governor.resume);
        await served(redis);
        return { before, after: await everything(redis), code, said: run.stderr };
      } finally {
        await own.stop();
      }
    },
    { tcp: true },
  );

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
    const { before, after, code, said } = await hanging;
    expect({ code, said }).toMatchObject({ code: 1 });
    // The governor may have finished the plans that it held: only keys that expire by themselves are left of them.
    const left = Object.entries(after).filter(([key]) => !(key in before));
    expect(left.filter(([, value]) => !(value as { ends: boolean }).ends)).toEqual([]);
    expect(after[STREAMS.plans]).toEqual(before[STREAMS.plans]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { efficiencyKey, HALT_KEY, KILL_KEY, STREAMS } from '@quantum/redis-schemas';
import { startPrivateRedis } from '@quantum/private-redis';
import { putEfficiency, spawnApp, useRedis, waitFor } from '@quantum/testing';
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

/** The group was lost with all data; from now on nothing changes by itself. */
beforeEach(async () => {
  await waitFor(() => file.redis().xinfo('GROUPS', STREAMS.plans), { what: "the governor's group" });
});

const everything = () => dump(file.redis(), () => false);

/** A further key of the kill switch, of this deployment alone. */
const DESK_KEY = 'desk:halt';
const GOV_KILL_KEYS = [KILL_KEY, HALT_KEY, DESK_KEY].join();

async function proofRunner(...args: string[]) {
  const app = spawnApp(PROOF_RUNNER, { ...QUICK_CYCLES, GOV_KILL_KEYS, REDIS_URL: file.server.url }, args);
  const { code } = await app.exit;
  return { code, stdout: app.stdout.join('\n'), stderr: app.stderr.join('\n') };
}

const prove = (...args: string[]) => {
  const [allocation = '', governor = ''] = [...services.allocationMetrics, ...services.governorMetrics];
  return proofRunner('--allocation-metrics', allocation, '--governor-metrics', governor, ...args);
};
const statuses = (stdout: string): Record<string, string> =>
  Object.fromEntries(
    (JSON.parse(stdout) as { proofs: { name: string; status: string }[] }).proofs.map((p) => [p.name, p.status]),
  );
const howMany = (stdout: string, status: string) => Object.values(statuses(stdout)).filter((s) => s === status).length;

describe('plans with other readers', () => {
  const addExecutor = () => file.redis().xgroup('CREATE', STREAMS.plans, 'executor', '$', 'MKSTREAM');

  it('are not submitted without --live: step 1 is proven, step 2 could not run', async () => {
    await addExecutor();
    const { code, stdout } = await prove('--json');

    expect(code).toBe(2);
    expect([howMany(stdout, 'pass'), howMany(stdout, 'not run')]).toEqual([7, 10]);
    expect(stdout).toContain('is also read by executor (0 consumers)');
    expect(await file.redis().xlen(STREAMS.plans)).toBe(0);
    expect((await file.redis().xinfo('STREAM', STREAMS.plans)) as unknown[]).toContain('0-0'); // no plan was ever submitted
  });

  it('are submitted with --live, and the other readers are named', async () => {
    await addExecutor();
    const { code, stdout, stderr } = await prove('--json', '--live', '--step', '2');

    expect(code).toBe(0);
    expect([howMany(stdout, 'pass'), howMany(stdout, 'skipped')]).toEqual([9, 1]);
    expect(stderr).toContain('which is also read by executor (0 consumers)');
  });

  it("are marked as the runner's, and ask for nothing", async () => {
    const reader = await file.connect();
    const app = prove('--step', '2', '--json');
    const read = (await reader.xread('COUNT', 1, 'BLOCK', 0, 'STREAMS', STREAMS.plans, '0-0')) as unknown;

    expect(JSON.stringify(read)).toMatch(/"qty","0".*"source","proof-runner"/);
    expect((await app).code).toBe(0);
  });
});

describe('replicas of the governor', () => {
  it('count together: each decides some of the plans', async () => {
    const second = spawnApp(join(APPS_FOLDER, 'governor-plugin', 'main.js'), {
      REDIS_URL: file.server.url,
      METRICS_PORT: '0',
    });
    const [, url = ''] = /"url":"([^"]+)"/.exec(await second.waitForLine(/metrics are served/)) ?? [];
    await second.waitForLine(/serving plans/);
    const { code, stdout } = await prove('--json', '--governor-metrics', url);

    expect({ code, failed: howMany(stdout, 'fail') }).toEqual({ code: 0, failed: 0 });
    expect(stdout).toContain(`/readyz of ${url}`);
    await second.stop();
  });
});

describe('the kill switch', () => {
  it('is left alone without permission, and that proof skipped', async () => {
    const { code, stdout } = await prove('--step', '2');

    expect(code).toBe(0);
    expect(stdout).toContain('1 skipped: safety-kill-switch\n  because it needs --allow-kill-switch');
    expect(stdout).toMatch(/SUMMARY: PASS \(all tests passed\)$/);
  });

  it.each([KILL_KEY, HALT_KEY, DESK_KEY])(
    '%s is left alone if it is on: no plan is submitted, nothing else is touched',
    async (key) => {
      await file.redis().set(key, '1');
      const before = await everything();
      const { code, stdout } = await prove('--step', '2', '--allow-kill-switch');

      expect(code).toBe(2);
      expect(stdout).toContain(`because the kill switch is on (${key} is "1"): every plan is refused`);
      expect(stdout).toMatch(/SUMMARY: COULD NOT RUN \(10 of 10 not run\)$/);
      expect(await everything()).toEqual(before);
    },
  );
});

describe('what cannot run', () => {
  it.each([
    ['no Redis', ['--redis', 'redis://127.0.0.1:1'], /Redis at redis:\/\/127.0.0.1:1 cannot be used/],
    ['no service', ['--allocation-metrics', 'http://127.0.0.1:1', '--governor-metrics', 'http://127.0.0.1:1'], /No service answers/], // prettier-ignore
    ['no bundles', ['--spawn', '--apps', '/nowhere'], /The services are not built/],
    ['an unknown option', ['--nonsense'], /unknown option/],
    ['an unusable parameter', ['--step', '3'], /1 \(shadow proposer\), 2/],
  ])('%s: exit 2 with the reason', async (_what, args, reason) => {
    const before = await everything();
    const { code, stdout, stderr } = await proofRunner('run', ...args);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(reason);
    expect(await everything()).toEqual(before);
  });

  it('a Redis that goes away: exit 2, with a note on what may be left', async () => {
    const server = await startPrivateRedis();
    const env = { ...QUICK_CYCLES, LOOP_INTERVAL_SEC: '5' };
    const urls = ['--allocation-metrics', services.allocationMetrics.join(), '--governor-metrics', services.governorMetrics.join()]; // prettier-ignore
    const app = spawnApp(PROOF_RUNNER, env, ['--redis', server.url, '--step', '1', ...urls]);
    await app.waitForLine(/waiting for the next cycle/);
    await server.stop();

    expect((await app.exit).code).toBe(2);
    expect(app.stderr.join('\n')).toMatch(/inputs end by themselves within \d+ s[^]*Could not run: /);
  });

  it('an unwritable file: exit 2, with the results on standard output', async () => {
    const { code, stdout, stderr } = await prove('--step', '1', '--junit', '/nowhere/junit.xml');

    expect(code).toBe(2);
    expect(stdout).toMatch(/SUMMARY: PASS/);
    expect(stderr).toContain('the results could not be written');
  });

  it('a service that does not start: exit 2 with its last log lines', async () => {
    const app = spawnApp(PROOF_RUNNER, { P31_MIN_FACTOR: '0.2', P31_MIN_MULT: '9' }, ['--spawn']);

    expect((await app.exit).code).toBe(2);
    expect(app.stderr.join('\n')).toContain('P31_MIN_MULT must not exceed P31_MAX_MULT');
  });
});

describe('inject', () => {
  it('efficiency: writes a reading, and rewrites it, but never over one of others', async () => {
    const inject = () => proofRunner('inject', 'efficiency', 'TESTUSDT', '--score', '0.2', '--confidence', '0.9');

    expect((await inject()).code).toBe(0);
    expect((await inject()).code).toBe(0);
    expect(await file.redis().hget(efficiencyKey('TESTUSDT'), 'efficiency_score')).toBe('0.2');
    await file.redis().del(efficiencyKey('TESTUSDT'));
    await putEfficiency(file.redis(), 'TESTUSDT', { now: 1 });
    const { code, stderr } = await inject();
    expect(code).toBe(2);
    expect(stderr).toContain('TESTUSDT belongs to another writer');
  });

  it('plan: shows its permit', async () => {
    await proofRunner('inject', 'efficiency', 'TESTUSDT', '--score', '0.2', '--confidence', '0.9', '--age', '5');
    const opens = await proofRunner('inject', 'plan', 'TESTUSDT');
    const closes = await proofRunner('inject', 'plan', 'TESTUSDT', '--action', 'PARTIAL_50', '--qty', '0.5');

    expect(opens.stdout).toContain('"eff_action":"DOWNSIZE"');
    expect(closes.stdout).toContain('"eff_action":"NONE"');
    expect(closes.stdout).toContain('"computed_qty":0.5');
  });

  it('plan: fails without a decision, and says how to remove it', async () => {
    const { pid } = services.processes['governor-plugin'];
    process.kill(pid, 'SIGSTOP');
    const { code, stdout } = await proofRunner('inject', 'plan', 'TESTUSDT').finally(() =>
      process.kill(pid, 'SIGCONT'),
    );

    expect(code).toBe(1);
    expect(stdout).toMatch(
      /neither permit nor refusal within 5 s; take it back: redis-cli XDEL quantum:stream:apply\.plan \d+-\d+/,
    );
  });

  it('plan: refuses if others read the plans', async () => {
    await file.redis().xgroup('CREATE', STREAMS.plans, 'executor', '$', 'MKSTREAM');
    const { code, stderr } = await proofRunner('inject', 'plan', 'TESTUSDT');

    expect(code).toBe(2);
    expect(stderr).toContain('is also read by executor');
    expect(await file.redis().xlen(STREAMS.plans)).toBe(0);
  });
});

import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sha256 } from '@quantum/policy';
import { permitKey, PermitSchema, POLICY_PARAMETERS_KEY } from '@quantum/redis-schemas';
import {
  addPlan,
  addPlanNow,
  issueOldPermit,
  putEfficiency,
  spawnApp,
  useRedis,
  waitFor,
  waitForAnnotatePending,
  waitForHint,
  waitForKey,
  type SpawnedApp,
} from '@quantum/testing';
import { harness, NOW_SEC } from './governor-harness.test-support.js';

const file = useRedis();
const { redis } = file;
const BUNDLE = join(__dirname, '../../../../dist/apps/governor-plugin/main.js');

let dir: string;
let path: string;
let apps: SpawnedApp[];
beforeEach(() => {
  apps = [];
  dir = mkdtempSync(join(tmpdir(), 'policy-'));
  path = join(dir, 'policy.json');
});
afterEach(async () => {
  await Promise.all(apps.map((app) => app.stop()));
  rmSync(dir, { recursive: true });
});

/** A file by which a symbol's hints begin below this score. */
const fileFor = (symbol: string, threshold: number | string): string =>
  JSON.stringify({ version: 1, symbols: { [symbol]: { P31_DOWNSIZE_THRESHOLD: threshold } } });

/** The policy of the defaults with another threshold, by the text that it is the hash of. */
const policyOf = (threshold: number): string =>
  sha256(
    `{"P31_DOWNSIZE_THRESHOLD":${threshold},"P31_EFF_TTL_SEC":600,"P31_HINT_CLOSES":false,"P31_MAX_EXTRA_COOLDOWN_SEC":120,` +
      '"P31_MAX_FUTURE_SEC":60,"P31_MIN_CONF":0.65,"P31_MIN_FACTOR":0.25}',
  ).slice(0, 12);

async function start(env: Record<string, string> = {}) {
  const app = spawnApp(BUNDLE, { REDIS_URL: file.server.url, METRICS_PORT: '0', P31_POLICY_FILE: path, ...env });
  apps.push(app);
  const url = /http:\/\/[\d.:]+/.exec(await app.waitForLine(/metrics are served/))?.[0] ?? '';
  await app.waitForLine(/serving plans/);
  const counts = async () =>
    [...(await (await fetch(`${url}/metrics`)).text()).matchAll(/^p31_policy_(.* \d+)$/gm)].map(([, count]) => count);
  return { app, counts };
}

let number = 0;
/** What a plan of BTCUSDT, at a score of 0.4, is permitted with. */
async function permit() {
  const planId = `p${number++}`;
  await putEfficiency(redis(), 'BTCUSDT', { now: Date.now() / 1000, score: 0.4 });
  await addPlan(redis(), { now: Date.now() / 1000, planId, id: '*' });
  await waitForKey(redis(), permitKey(planId));
  const { eff_action, policy } = PermitSchema.parse(JSON.parse((await redis().get(permitKey(planId))) ?? ''));
  return { eff_action, policy };
}
const FREE = { GOV_SYMBOL_COOLDOWN_SECONDS: '0', GOV_MAX_EXEC_PER_HOUR: '100', GOV_MAX_EXEC_PER_5MIN: '100' };
const HINTED = { eff_action: 'DOWNSIZE', policy: policyOf(0.45) };
const NOT_HINTED = { eff_action: 'NONE', policy: policyOf(0.3) };

describe('a policy file', () => {
  it('changes the hints of the symbols that it names, and nothing else of anyone', async () => {
    writeFileSync(path, fileFor('BTCUSDT', 0.3));
    const symbols = ['BTCUSDT', 'ETHUSDT'];
    const permits = async (env: Record<string, string>, prefix: string) => {
      const { decide, permit: read } = await harness(redis(), { ...FREE, ...env });
      for (const symbol of symbols) await putEfficiency(redis(), symbol, { now: NOW_SEC, score: 0.4 });
      await decide(...symbols.map((symbol) => ({ planId: `${prefix}${symbol}`, symbol })));
      return Promise.all(symbols.map((symbol) => read(`${prefix}${symbol}`)));
    };
    const [btc, eth] = await permits({}, 'without-');
    const [btcBy, ethBy] = await permits({ P31_POLICY_FILE: path }, 'with-');
    expect(ethBy).toEqual(eth);
    expect(eth).toMatchObject(HINTED);
    const none = { eff_factor: '1.0000', downsize_factor: '1.0000', extra_cooldown_sec: '0' };
    expect(btcBy).toEqual({ ...btc, ...none, ...NOT_HINTED });
  });

  it('is asked for once a batch: all of it is decided by one policy', async () => {
    const { decide, policyAsks } = await harness(redis(), FREE);
    await decide({ planId: 'p1' }, { planId: 'p2' }, { planId: 'p2' }, { planId: 'p3', symbol: 'ETHUSDT' });
    expect(policyAsks()).toBe(1);
    await decide({ planId: 'p4' });
    expect(policyAsks()).toBe(2);
  });

  it('is read again on SIGHUP, and what its policies mean is added in Redis', async () => {
    writeFileSync(path, fileFor('ETHUSDT', 0.2));
    const { app, counts } = await start(FREE);
    expect(await permit()).toEqual(HINTED);
    expect(Object.keys(await redis().hgetall(POLICY_PARAMETERS_KEY)).sort()).toEqual(
      [policyOf(0.45), policyOf(0.2)].sort(),
    );
    writeFileSync(path, fileFor('BTCUSDT', 0.3));
    process.kill(app.pid, 'SIGHUP');
    await app.waitForLine(/policy file was read again/);
    expect(await permit()).toEqual(NOT_HINTED);
    expect(await counts()).toContain('file_ok 1');
    await waitFor(() => redis().hexists(POLICY_PARAMETERS_KEY, policyOf(0.3)), { what: 'the new parameters' });
    expect(await redis().hlen(POLICY_PARAMETERS_KEY)).toBe(3);
  });

  it('takes effect when another is put in its place; one that is bad or gone changes nothing but a metric', async () => {
    writeFileSync(path, fileFor('BTCUSDT', 0.3));
    const { app, counts } = await start(FREE);
    expect(await permit()).toEqual(NOT_HINTED);
    const replace = (text: string): void => {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    };
    const count = (line: string) => waitFor(async () => (await counts()).includes(line), { what: line });

    replace(fileFor('BTCUSDT', 'low'));
    const line = await app.waitForLine(/policy file is refused/);
    expect(JSON.parse(line)).toMatchObject({
      level: 'error',
      violations: [
        `P31_POLICY_FILE ${path}: symbols "BTCUSDT": P31_DOWNSIZE_THRESHOLD="low" is not allowed, must be a number > 0 and <= 1`,
      ],
    });
    expect(await counts()).toEqual([
      'reload_total{result="accepted"} 0',
      'reload_total{result="refused"} 1',
      'file_ok 0',
    ]);
    expect(await permit()).toEqual(NOT_HINTED);

    replace(fileFor('ETHUSDT', 0.3));
    await count('file_ok 1');
    expect(await permit()).toEqual(HINTED);

    rmSync(path);
    await count('file_ok 0');
    expect(await permit()).toEqual(HINTED);
    replace(fileFor('BTCUSDT', 0.3));
    await count('file_ok 1');
    expect(await permit()).toEqual(NOT_HINTED);
    expect(await counts()).toEqual([
      'reload_total{result="accepted"} 2',
      'reload_total{result="refused"} 2',
      'file_ok 1',
    ]);
  });

  it('that is bad at the start is a configuration that is not usable, of which every violation is said', async () => {
    const bad = {
      version: 1,
      defaults: { P31_MIN_FACTOR: 0, P31_MIN_MULT: 'x' },
      groups: [{ pattern: 'A', parameters: { P31_X: 1 } }],
    };
    writeFileSync(path, JSON.stringify(bad));
    for (const args of [[], ['--check-config']]) {
      const app = spawnApp(BUNDLE, { REDIS_URL: file.server.url, METRICS_PORT: '0', P31_POLICY_FILE: path }, args);
      expect(await app.exit).toMatchObject({ code: 78 });
      for (const part of [
        'defaults: P31_MIN_FACTOR=0 ',
        'defaults: P31_MIN_MULT="x"',
        'groups[0] "A": P31_X is not a parameter',
      ]) {
        expect(app.stderr.join('\n')).toContain(part);
      }
    }
  });

  it('hints the permits of another governor too, in a role that has an app of its own now', async () => {
    writeFileSync(path, fileFor('BTCUSDT', 0.3));
    const { app } = await start({ GOVERNOR_ROLE: 'annotate' });
    await putEfficiency(redis(), 'BTCUSDT', { now: Date.now() / 1000, score: 0.4 });
    await addPlanNow(redis(), 'theirs');
    await waitForAnnotatePending(redis(), 1);
    await issueOldPermit(redis(), 'theirs');
    expect(JSON.parse(await waitForHint(redis(), 'theirs'))).toMatchObject(NOT_HINTED);
    expect(app.stdout.join('\n')).not.toContain('"level":"error"');
    expect(app.stdout.join('\n')).toContain('start permit-annotator instead');
  });
});

import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BRAIN_PREFIX, BRAIN_STATE_PATTERN, STREAMS } from '@quantum/redis-schemas';
import { putPosition, putTarget, spawnApp, useRedis, waitFor, type SpawnedApp } from '@quantum/testing';
import { dump } from '../testkit/dump.test-support.js';
import { APPS_FOLDER, PROOF_RUNNER, QUICK_CYCLES, QUICK_PERIODS } from '../testkit/paths.test-support.js';

const file = useRedis({ tcp: true });
const apps: SpawnedApp[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()));
});

function start(app: string, env: Record<string, string>): SpawnedApp {
  const spawned = spawnApp(join(APPS_FOLDER, app, 'main.js'), {
    REDIS_URL: file.server.url,
    METRICS_PORT: '0',
    ...env,
  });
  apps.push(spawned);
  return spawned;
}
async function startBrain(env: Record<string, string> = {}): Promise<SpawnedApp> {
  const brain = start('efficiency-brain', { ...QUICK_PERIODS, P31_MODE: 'enforce', ...env });
  await waitFor(() => file.redis().exists(STREAMS.efficiencyDecision), { what: 'a score of the deployment itself' });
  return brain;
}
const runProofs = (...args: string[]): SpawnedApp =>
  spawnApp(PROOF_RUNNER, { ...QUICK_CYCLES, REDIS_URL: file.server.url }, ['--step', 'brain', ...args]);
const resultsOf = ({ stdout }: SpawnedApp): Record<string, string> =>
  Object.fromEntries(
    (JSON.parse(stdout.join('\n')) as { proofs: { name: string; status: string }[] }).proofs.map(({ name, status }) => [
      name,
      status,
    ]),
  );
const PASSED = {
  'brain-neutral': 'pass', 'brain-gains': 'pass', 'brain-losses': 'pass', 'brain-confidence': 'pass',
  'brain-stale-input': 'pass', 'brain-restart': 'skipped',
}; // prettier-ignore

/** What a brain and a proposer write of the deployment's own symbol goes on meanwhile. */
const isServicesOwn = (key: string): boolean =>
  (key.startsWith(BRAIN_PREFIX) && !key.includes('PROOF_')) || (/:BTCUSDT$/.test(key) && !key.includes('PROOF_'));
async function traces(): Promise<unknown> {
  const all = await dump(file.redis(), isServicesOwn);
  for (const stream of [STREAMS.efficiencyDecision, STREAMS.proposed]) {
    const { value = [] } = (all[stream] ?? {}) as { value?: [string, string[]][] };
    all[stream] = value.filter(([, flat]) => flat.join().includes('PROOF_')); // else it grows in every cycle
  }
  return all;
}

/** A deployment that scores a symbol of its own. */
beforeEach(async () => {
  const now = Date.now() / 1000;
  await putTarget(file.redis(), 'BTCUSDT', { now });
  await putPosition(file.redis(), 'BTCUSDT', { now, positionAmt: 1 });
});

describe('the proofs of a running brain', () => {
  it('pass beside a proposer, but for the restart, and leave nothing behind', async () => {
    await startBrain();
    const proposer = start('allocation-target', QUICK_CYCLES);
    await proposer.waitForLine(/"msg":"cycle"/);
    const before = await traces();
    const run = runProofs('--json');
    const { code } = await run.exit;
    expect([resultsOf(run), code]).toEqual([PASSED, 0]);
    expect(run.stderr.join('\n')).toMatch(/with periods of 1 s these proofs take up to \d+ s/);
    expect(await traces()).toEqual(before);
    expect(await file.redis().keys('*PROOF_*')).toEqual([]);
  });

  it('leave nothing after SIGINT, and "remove" removes what SIGKILL leaves', async () => {
    await startBrain();
    const before = await traces();
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      const run = runProofs();
      await waitFor(async () => (await file.redis().keys(BRAIN_STATE_PATTERN.replace('*', 'PROOF_*'))).length > 0, { what: 'states' }); // prettier-ignore
      await run.stop(signal);
      if (signal === 'SIGINT') {
        expect(await traces()).toEqual(before);
        continue;
      }
      const [, name = ''] = /"proof-runner remove (\w+)"/.exec(run.stderr.join('\n')) ?? [];
      const remove = () => spawnApp(PROOF_RUNNER, QUICK_CYCLES, ['remove', name, '--redis', file.server.url]);
      const first = remove();
      await first.exit;
      expect(first.stdout.join()).toMatch(new RegExp(`^run ${name}: [1-9]\\d* keys and stream entries removed$`));
      expect(await traces()).toEqual(before);
      const second = remove();
      await second.exit;
      expect(second.stdout).toEqual([`run ${name}: 0 keys and stream entries removed`]);
    }
  });

  it('are skipped where they take too long, and leave nothing', async () => {
    await startBrain({ BRAIN_PERIOD_SEC: '3600', P31_STALE_SEC: '7200' });
    const before = await traces();
    const run = runProofs();
    expect((await run.exit).code).toBe(0);
    expect(run.stdout.join('\n')).toMatch(
      /5 skipped: brain-neutral[^]*periods of 3600 s[^]*allow them with --brain-wait \d+/,
    );
    expect(await traces()).toEqual(before);
  });
});

it('a deployment without a brain skips them, with the reason', async () => {
  const run = runProofs();
  expect((await run.exit).code).toBe(0);
  expect(run.stdout.join('\n')).toMatch(
    /6 skipped: [^]*because no efficiency-brain runs here: no process holds quantum:brain:lease:/,
  );
  expect(await file.redis().keys('*PROOF_*')).toEqual([]);
});

it('a user of Redis from an earlier release cannot run them, and the reason says what to load', async () => {
  await file.redis().acl('SETUSER', 'earlier', 'on', '>password', '+@all', '~quantum:allocation:*');
  const run = runProofs('--redis', file.server.url.replace('://', '://earlier:password@'));
  expect((await run.exit).code).toBe(2);
  expect(run.stdout.join('\n')).toMatch(/6 not run: [^]*because NOPERM[^]*load the users of this release/);
});

import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { efficiencyKey, KILL_KEY, lastExecKey, STREAMS, windowKey, type DecisionRecord } from '@quantum/redis-schemas';
import {
  addPlan,
  addViolation,
  putBudget,
  putEfficiency,
  putPosition,
  putTarget,
  spawnApp,
  useRedis,
  waitFor,
} from '@quantum/testing';
import { readLines } from './file/reader.js';
import { RecordingWriter } from './file/writer.js';
import { builtApp, run, usePaths } from './paths.test-support.js';

const file = useRedis({ tcp: true });
const { redis } = file;
const newPath = usePaths();

const PROPOSER_ENV = { P31_SCALE: '1.7', P31_MIN_CONF: '0.5', LOOP_INTERVAL_SEC: '0.2', METRICS_PORT: '0' };
const GOVERNOR = {
  P31_MIN_CONF: '0.5', P31_DOWNSIZE_THRESHOLD: '0.6', GOV_GATE_HOURLY_RATE: 'shadow', GOV_MAX_EXEC_PER_HOUR: '1', METRICS_PORT: '0',
}; // prettier-ignore

type Line = Record<string, unknown>;
const linesOf = (path: string): Line[] => [...readLines(path)].flat().map((line) => JSON.parse(line) as Line);

const envFile = (env: Record<string, string>): string => {
  const path = newPath();
  writeFileSync(path, Object.entries(env).map(([name, value]) => `${name}=${value}\n`).join('')); // prettier-ignore
  return path;
};

/** Inputs of every kind: good, stale, doubtful, broken, absent. */
async function putInputs(now: number): Promise<void> {
  const inputs: Record<string, object | undefined> = {
    OK: { score: 0.123456789012345 },
    HIGH: { score: 0.91 },
    STALE: { ts: now - 700 },
    DOUBT: { confidence: 0.4 },
    RANGE: { score: 1.5 },
    FUTURE: { ts: now + 1e6 },
    NONE: undefined,
  };
  for (const [symbol, input] of Object.entries(inputs)) {
    await putTarget(redis(), symbol, { now, targetUsd: 1000 / 3 });
    await putPosition(redis(), symbol, { now });
    if (input) await putEfficiency(redis(), symbol, { now, ...input });
  }
  await putTarget(redis(), 'WRONG', { now });
  await redis().set(efficiencyKey('WRONG'), 'no hash');
  await redis().set(windowKey('NOWINDOW'), 'no sorted set');
  await redis().set(lastExecKey('NOLAST'), 'no number');
  await putTarget(redis(), 'CAPPED', { now, targetUsd: 1, mode: 'enforce' });
  await putBudget(redis(), 'OVER', { now });
  await addViolation(redis(), 'OVER', { now });
}

async function addPlans(): Promise<number> {
  const symbols = 'OK HIGH STALE DOUBT RANGE FUTURE NONE WRONG NOWINDOW NOLAST CAPPED OVER'.split(' ');
  let number = 0;
  const add = (fields: object) =>
    addPlan(redis(), { now: Date.now() / 1000, planId: `plan-${number++}`, id: '*', qty: 0.1 / 3, ...fields });
  for (const symbol of symbols) {
    await add({ symbol });
    await add({ symbol });
    await add({ symbol, action: 'PARTIAL_25' });
    await add({ symbol, killScore: 'x' });
    await add({ symbol, qty: '', price: null });
  }
  return number;
}

/** Policy by symbol, of both steps; smoothing and a budget for all. */
const POLICY_FILE = JSON.stringify({
  version: 1,
  defaults: { P31_MIN_MULT: 0.4 },
  groups: [{ pattern: 'H*', parameters: { P31_MAX_MULT: 3, P31_SMOOTHING_HALFLIFE_SEC: 0 } }],
  symbols: { OK: { P31_BASE: 1.3, P31_MIN_FACTOR: 0.1, P31_DOWNSIZE_THRESHOLD: 0.9 } },
});
const DEPTH = { P31_SMOOTHING_HALFLIFE_SEC: '2', P31_BUDGET: 'cap' };

describe('what both services decided, of inputs of every kind', () => {
  it.each([
    ['one policy for all', {}, undefined],
    ['a policy by symbol, smoothing and a budget', DEPTH, POLICY_FILE],
  ])('is recorded, and given again to the byte: %s', async (_name, depth, policyText) => {
    await putInputs(Date.now() / 1000);
    const policyFile = newPath();
    if (policyText !== undefined) writeFileSync(policyFile, policyText);
    const common = { REDIS_URL: file.server.url, ...(policyText !== undefined && { P31_POLICY_FILE: policyFile }) };
    const PROPOSER = { ...PROPOSER_ENV, ...depth };
    const services = [
      spawnApp(builtApp('allocation-target'), { ...common, ...PROPOSER }),
      spawnApp(builtApp('governor-plugin'), { ...common, ...GOVERNOR }),
    ];
    const path = newPath();
    const recorder = spawnApp(builtApp('shadow-report'), {}, [
      'record', path, '--redis', file.server.url,
      '--proposer-env', envFile(PROPOSER), '--governor-env', envFile(GOVERNOR),
    ]); // prettier-ignore
    const decided = async () => (await redis().keys('quantum:governor:decided:*')).length;
    const plans = await addPlans();
    await waitFor(async () => (await decided()) === plans, { what: 'every decision' });
    await redis().set(KILL_KEY, '1');
    await addPlan(redis(), { now: Date.now() / 1000, planId: 'killed', id: '*' });
    await waitFor(async () => (await decided()) === plans + 1, { what: 'the last decision' });
    await waitFor(async () => (await redis().xlen(STREAMS.proposed)) > 50, { what: 'some cycles' });
    for (const service of services) expect((await service.stop()).code).toBe(0);
    expect((await recorder.stop()).code).toBe(0);
    expect(recorder.stdout.join()).toContain(`${plans + 1} plans, ${plans + 1} decisions`);

    const { code, stdout } = await run(['replay', path]);
    expect(stdout).toContain('IDENTICAL');
    expect(stdout).toMatch(new RegExp(`decisions +│ +${plans + 1} `));
    expect(code).toBe(0);
    const kinds = linesOf(path).filter(({ kind }) => kind === 'policy').map(({ step }) => step); // prettier-ignore
    expect(kinds.sort()).toEqual(policyText === undefined ? ['hint', 'limits', 'proposal'] : ['hint', 'hint', 'limits', 'proposal', 'proposal', 'proposal']); // prettier-ignore
    if (policyText === undefined) return;

    // Without the lines that say what a hash means it is not guessed.
    const bare = newPath();
    const writer = new RecordingWriter(bare, 0);
    writer.write(linesOf(path).filter(({ kind }) => kind !== 'policy'));
    writer.close();
    const unknown = await run(['replay', bare]);
    expect(unknown.stdout).toMatch(/UNKNOWN: \d+ of \d+ outputs, the others are identical/);
    expect(unknown.code).toBe(1);
    // What another file would have changed.
    writeFileSync(policyFile, '{"version": 1, "symbols": {"HIGH": {"P31_SCALE": 0, "P31_SMOOTHING_HALFLIFE_SEC": 0}}}');
    const other = await run(['replay', path, '--policy-file', policyFile]);
    expect(other.stdout).toMatch(/│ HIGH +│[^│]+│[^│]+│ +\d\.\d{4} -> \d\.\d{4} │/);
    expect(other.code).toBe(0);
  });
});

describe('what the governor decided before and after a change of its limits', () => {
  it('is given again to the byte, each plan by its own, and asked by yet others', async () => {
    await putInputs(Date.now() / 1000);
    const path = newPath();
    const first = { APPLY_MODE: 'dry_run', GOV_MAX_EXEC_PER_HOUR: '1', METRICS_PORT: '0' };
    const second = { GOV_KILL_SCORE_CRITICAL: '0.5', GOV_GATE_SYMBOL_COOLDOWN: 'off', METRICS_PORT: '0' };
    const recorder = spawnApp(builtApp('shadow-report'), {}, [
      'record', path, '--redis', file.server.url, '--proposer-env', envFile(PROPOSER_ENV), '--governor-env', envFile(first),
    ]); // prettier-ignore
    const linesSoFar = (kind: string) => linesOf(path).filter((line) => line['kind'] === kind);
    let plans = 0;
    for (const env of [first, second]) {
      const governor = spawnApp(builtApp('governor-plugin'), { REDIS_URL: file.server.url, ...env });
      await governor.waitForLine(/serving plans/);
      for (const symbol of ['OK', 'HIGH', 'STALE']) {
        for (const extra of [{}, { reduceOnly: true }, { killScore: 0.6 }]) {
          const planId = `plan-${plans++}`;
          await addPlan(redis(), { now: Date.now() / 1000, planId, symbol, id: '*', ...extra });
        }
      }
      await waitFor(() => linesSoFar('decision').length === plans, { what: 'every decision' });
      expect((await governor.stop()).code).toBe(0);
    }
    expect((await recorder.stop()).code).toBe(0);

    const { code, stdout } = await run(['replay', path]);
    expect(stdout).toContain('IDENTICAL');
    expect(stdout).not.toContain('name no limits');
    expect(code).toBe(0);
    const named = linesSoFar('decision').map(({ json }) => (JSON.parse(String(json)) as DecisionRecord).limits);
    expect(new Set(named).size).toBe(2);
    expect(linesSoFar('policy').filter(({ step }) => step === 'limits').map(({ hash }) => hash)).toEqual([...new Set(named)]); // prettier-ignore

    // Those of before the change are not decided by the header, nor guessed, where the lines are gone that say what
    // they were.
    const bare = newPath();
    const writer = new RecordingWriter(bare, 0);
    writer.write(linesOf(path).filter(({ step }) => step !== 'limits'));
    writer.close();
    const unknown = await run(['replay', bare]);
    expect(unknown.stdout).toMatch(/UNKNOWN: \d+ of \d+ outputs, the others are identical/);
    expect(unknown.stdout).toContain(
      `decided by parameters or limits that the recording does not have: ${named.at(-1)}`,
    );
    expect(unknown.code).toBe(1);

    const free = ['--limit', 'GOV_KILL_SCORE_CRITICAL=0.9', '--limit', 'GOV_MAX_EXEC_PER_5MIN=99'];
    const other = await run(['replay', path, ...free, '--limit', 'GOV_MAX_EXEC_PER_HOUR=99']);
    // Of the three that their kill score refused, the windows were not read; those of the dry run, with 0.8, had met
    // theirs.
    expect(other.stdout).toMatch(/│ all +│ +18 │ +3 │ +3 │ +12 -> 15 │/);
    expect(other.stdout).toMatch(/│ (hourly|burst)_rate +│ +3 -> 0 │/);
  });
});

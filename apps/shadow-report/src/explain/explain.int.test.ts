import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { gateSettings, hintStep, loadPolicy, nameLimits, proposalStep } from '@quantum/policy';
import { GOVERNOR_LIMITS_KEY, POLICY_PARAMETERS_KEY } from '@quantum/redis-schemas';
import { governorDefinition, proposerDefinition } from '@quantum/service-config';
import { loadConfig } from '@quantum/service-kit';
import { useRedis } from '@quantum/testing';
import { run, usePaths } from '../paths.test-support.js';

const file = useRedis({ tcp: true });
const newPath = usePaths();

const written = (text: string): string => {
  const path = newPath();
  writeFileSync(path, text);
  return path;
};
const policyFile = () =>
  written('{"version": 1, "groups": [{"pattern": "BTC*", "parameters": {"P31_SCALE": 0.8, "P31_MIN_FACTOR": 0.5}}]}');
const proposals = (path?: string, env = {}) =>
  loadPolicy(path, proposalStep(loadConfig(proposerDefinition, env).config));
const hints = (path?: string) => loadPolicy(path, hintStep(loadConfig(governorDefinition, {}).config));
const explain = (...args: string[]) => run(['explain', ...args, '--redis', file.server.url]);
/** No server answers there. */
const NOWHERE = 'redis://127.0.0.1:1';

describe('explain', () => {
  it('tells the step, the parameters and what differs from the defaults, as Redis has them', async () => {
    const [{ policy, text } = { policy: '', text: '' }] = proposals(undefined, {
      P31_SCALE: '0.8',
      P31_BUDGET: 'cap',
    }).all();
    await file.redis().hset(POLICY_PARAMETERS_KEY, policy, text);
    const { code, stdout } = await explain(policy);
    expect(stdout).toContain(`Policy ${policy} of step 1, proposals`);
    expect(stdout).toMatch(/│ P31_SCALE +│ +0\.8 │ +1 │/);
    expect(stdout).toMatch(/│ P31_BUDGET +│ +cap │ +off │/);
    expect(stdout).toMatch(/│ P31_BASE +│ +1 │ +│/);
    expect(code).toBe(0);
    const json = JSON.parse((await explain(policy, '--json')).stdout) as object;
    expect(json).toMatchObject({ hash: policy, step: 'proposal', changed: ['P31_BUDGET', 'P31_SCALE'] });
    expect(json).not.toHaveProperty('entries');
  });

  it('tells which entry of a file gives them, and needs no Redis for that', async () => {
    const path = policyFile();
    const group = hints(path).of('BTCUSDT').policy;
    const { code, stdout } = await run(['explain', group, '--policy-file', path, '--redis', NOWHERE]);
    expect(stdout).toContain('step 2');
    expect(stdout).toContain('Given by groups[0] "BTC*".');
    expect(code).toBe(0);
  });

  it('says what decides for a symbol in both steps, before it has a plan, and needs no Redis for that', async () => {
    const path = policyFile();
    const env = written(`P31_MIN_FACTOR=0.3\nP31_POLICY_FILE=${path}\n`);
    const files = ['--proposer-env', env, '--governor-env', env, '--redis', NOWHERE];
    const symbol = (name: string, ...more: string[]) => run(['explain', '--symbol', name, ...files, ...more]);
    const group = await symbol('BTCUSDT');
    expect(group.stdout).toMatch(/step 1[^]*│ P31_SCALE +│ +0\.8 │ +1 │[^]*Given by groups\[0\] "BTC\*"\./);
    expect(group.stdout).toMatch(/step 2[^]*│ P31_MIN_FACTOR +│ +0\.5 │ +0\.25 │[^]*Given by groups\[0\] "BTC\*"\./);
    expect(group.stdout).toContain('This decides for BTCUSDT');
    expect(group.code).toBe(0);
    const plain = JSON.parse((await symbol('ETHUSDT', '--json')).stdout) as object[];
    expect(plain).toMatchObject([
      { step: 'proposal', hash: proposals(path).of('ETHUSDT').policy, changed: [], entries: ['defaults'] },
      { step: 'hint', parameters: { P31_MIN_FACTOR: 0.3 }, changed: ['P31_MIN_FACTOR'], entries: ['defaults'] },
    ]);
  });

  it('refuses neither or both of a hash and a symbol', async () => {
    for (const args of [[], ['0'.repeat(12), '--symbol', 'BTCUSDT']]) {
      expect(await explain(...args)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('a hash, or else --symbol'),
      });
    }
  });

  it('finds the file that an env file names', async () => {
    const path = policyFile();
    const env = written(`P31_BASE=1.1\nP31_POLICY_FILE=${path}\n`);
    const { policy } = proposals(path, { P31_BASE: '1.1' }).of('BTCUSDT');
    const { code, stdout } = await run(['explain', policy, '--proposer-env', env, '--redis', NOWHERE, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ step: 'proposal', entries: ['groups[0] "BTC*"'], changed: ['P31_BASE', 'P31_SCALE'] }); // prettier-ignore
    expect(code).toBe(0);
    const [{ policy: plain } = { policy: '' }] = proposals().all();
    const none = await run(['explain', plain, '--proposer-env', written('P31_POLICY_FILE=\n'), '--redis', NOWHERE]);
    expect(none.stdout).toContain('Given by defaults.');
  });

  it('tells limits and modes of gates, as Redis or the governor’s env file has them', async () => {
    const env = { GOV_MAX_EXEC_PER_HOUR: '9', APPLY_MODE: 'production', GOV_GATE_PLAN_AGE: 'off', GOV_ALLOCATION_TARGET: 'effective' }; // prettier-ignore
    const { hash, text } = nameLimits(gateSettings(loadConfig(governorDefinition, env).config));
    const envFile = written(Object.entries(env).map(([name, value]) => `${name}=${value}\n`).join('')); // prettier-ignore
    const byFile = await run(['explain', hash, '--governor-env', envFile, '--redis', NOWHERE]);
    expect(byFile.stdout).toContain('Given by the environment.');
    expect(byFile.code).toBe(0);
    await file.redis().hset(GOVERNOR_LIMITS_KEY, hash, text);
    const { code, stdout } = await explain(hash);
    expect(stdout).toContain(`Limits ${hash} of step 2`);
    expect(stdout).toMatch(/│ GOV_MAX_EXEC_PER_HOUR +│ +9 │ +3 │/);
    expect(stdout).toMatch(/│ GOV_ALLOCATION_TARGET +│ +effective │ +live │/);
    expect(stdout).toMatch(/│ GOV_GATE_PLAN_AGE +│ +off │ +enforce │/);
    expect(code).toBe(0);
    const json = JSON.parse((await explain(hash, '--json')).stdout) as object;
    expect(json).toMatchObject({
      step: 'limits',
      changed: ['GOV_ALLOCATION_TARGET', 'GOV_GATE_PLAN_AGE', 'GOV_MAX_EXEC_PER_HOUR', 'refuseUnknownNotional'],
    });
  });

  it('ends with 1 where nobody knows, with 2 where it cannot ask', async () => {
    expect(await explain('0'.repeat(12))).toMatchObject({ code: 1, stdout: expect.stringContaining('000000000000: ') });
    expect(await explain('0'.repeat(12), '--json')).toMatchObject({ code: 1 });
    expect((await explain('nonsense')).code).toBe(2);
    const bad = written('{"version": 1, "defaults": {"P31_SCALE": "x"}}');
    const refused = await explain('0'.repeat(12), '--policy-file', bad);
    expect(refused.stderr).toContain('defaults: P31_SCALE="x" is not allowed');
    expect(refused.code).toBe(2);
    expect((await run(['explain', '0'.repeat(12), '--redis', NOWHERE])).code).toBe(2);
  });
});

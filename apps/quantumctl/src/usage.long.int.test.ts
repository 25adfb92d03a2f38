import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { targetKey, rolloutCommandStream } from '@quantum/redis-schemas';
import { run, usePlans, useRollout } from './deployed.test-support.js';
import { HASH } from './rollout.test-support.js';

const test = useRollout();
const plan = usePlans();

describe('usage', () => {
  it.each([
    [[], /Usage: quantumctl rollout/],
    [['halt'], /unknown command 'halt'[^]*\n {2}hold \[options\]/],
    [['hold', 'now'], /too many arguments/],
    [['start', 'majors'], /12 hexadecimal digits/],
    [['resume', '--yes'], /option '--yes <hash>' argument missing/],
    [['exclude', '{A}'], /without braces/],
    [['hold', '--reason', 'x'.repeat(201)], /200 characters at most/],
    [['kill', '--redis', 'http://host'], /--redis/],
    [['hold', '--timeout', '0'], /a whole number from 1 to 600/],
  ])('of %j ends with 2', async (args, message) => {
    const { code, out, err } = await run(undefined, ...args);
    expect([code, out, err]).toEqual([2, '', expect.stringMatching(message)]);
  });
});

it('has every command that documents and alerts name', async () => {
  const root = join(__dirname, '..', '..', '..');
  const texts = ['docs/rollout.md', 'deploy/prometheus/alerts.yml'].map((path) =>
    readFileSync(join(root, path), 'utf8'),
  );
  const named = new Set(
    texts.flatMap((text) => [...text.matchAll(/quantumctl rollout ([a-z-]+)/g)].map(([, name]) => name)),
  );
  const { out } = await run(undefined, '--help');
  const commands = new Set([...out.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name]) => name));
  expect(named.size).toBeGreaterThan(8);
  expect([...named].filter((name) => !commands.has(name))).toEqual([]);
});

describe('lint', () => {
  it('describes a valid plan, and lists every violation of another', async () => {
    expect(await run(undefined, 'lint', plan())).toMatchObject({ code: 0, out: expect.stringContaining(`is valid: plan majors (${HASH})\n  1 pilot: 2 symbols, blend 0.2, down_only; at least 1 h, 10 periods; 1 approval; require none`) }); // prettier-ignore
    const machine = await run(undefined, 'lint', plan(), '--json');
    expect(JSON.parse(machine.out)).toMatchObject({
      command: 'lint',
      violations: [],
      plan: HASH,
      targetsChecked: false,
    });
    const { code, out } = await run(undefined, 'lint', plan({ slewPerCycle: 0, owner: 1 }));
    expect([code, out]).toEqual([1, expect.stringMatching(/has 2 violations:\n {2}owner=1: .*\n {2}slewPerCycle=0: /)]);
    expect(await run(undefined, 'lint', '/nonexistent/plan.json')).toMatchObject({ code: 2, out: '' });
  });

  it('judges a plan on a record, and refuses what trips on its noise', async () => {
    const hours = Array.from({ length: 240 }, (_, i) => ({ hourSec: 3600 * i, advantageBps: 0.4 * Math.sin(i * i), turnover: 0.01 })); // prettier-ignore
    const path = plan();
    const record = `${path}.hours`;
    const judge = (given = path) => run(undefined, 'lint', given, '--record', record, '--seed', '7');
    writeFileSync(record, hours.map((hour) => `${JSON.stringify(hour)}\n`).join(''));
    const passed = await judge();
    expect([passed.code, passed.out]).toEqual([
      0,
      expect.stringMatching(/is valid: plan majors[\s\S]*│ pilot +│ +240 │ +0\.\d+ │/),
    ]);
    expect(passed.out).not.toContain('refused');
    expect(await judge()).toEqual(passed);

    writeFileSync(record, hours.map((hour) => `${JSON.stringify({ ...hour, turnover: 5 })}\n`).join(''));
    expect(await judge()).toMatchObject({ code: 1, out: expect.stringMatching(/refused: stage full: slew trips on noise in 100 % of stages of 1 day,/) }); // prettier-ignore
    writeFileSync(record, 'many\n');
    expect(await judge()).toMatchObject({ code: 2, out: '', err: expect.stringContaining(`${record}: line 1 is no hour of shadow`) }); // prettier-ignore
    expect(await judge(`${path}.none`)).toMatchObject({ code: 2, out: '' });
  });

  it('finds symbols without a target, where it is given a Redis', async () => {
    await test.redis.del(targetKey('ETHUSDT'));
    const path = plan();
    expect(await test.as('ana', 'lint', path)).toMatchObject({ code: 1, out: `${path} has 1 violation:\n  cohorts: ETHUSDT has no target` }); // prettier-ignore
    expect(await test.as('ana', 'submit', path)).toMatchObject({ code: 1, out: 'Not sent: the plan has 1 violation:\n  cohorts: ETHUSDT has no target' }); // prettier-ignore
    expect(await test.redis.exists(rolloutCommandStream('ana'))).toBe(0);
  });
});

import { describe, expect, it } from '@jest/globals';
import { program, type Actions } from './options.js';

/** The parsed command line: the action's name and its options. */
async function parse(args: readonly string[], env: Record<string, string> = {}): Promise<unknown[]> {
  const calls: unknown[][] = [];
  const note =
    (name: string) =>
    (...given: unknown[]) => {
      calls.push([name, ...given]);
      return Promise.resolve();
    };
  const actions: Actions = {
    run: note('run'),
    injectEfficiency: note('efficiency'),
    injectPlan: note('plan'),
    remove: note('remove'),
  };
  const command = program(actions, env);
  for (const one of [command, ...command.commands, ...command.commands.flatMap(({ commands }) => commands)]) {
    one.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  }
  await command.parseAsync(args, { from: 'user' });
  return calls[0] ?? [];
}

describe('proof-runner', () => {
  it('runs all proofs against the local deployment by default', async () => {
    const run = {
      redis: 'redis://127.0.0.1:6379',
      allocationMetrics: ['http://127.0.0.1:8065'],
      governorMetrics: ['http://127.0.0.1:8044'],
      spawn: false,
      json: false,
      live: false,
      allowKillSwitch: false,
      brainWait: 300,
    };

    expect(await parse([])).toEqual(['run', run]);
    expect(await parse(['run'])).toEqual(['run', run]);
    expect(await parse(['--spawn'], { REDIS_URL: 'redis://of-others' })).toEqual(['run', expect.objectContaining({ spawn: true })]); // prettier-ignore
    expect(await parse([], { REDIS_URL: 'unix:///tmp/r.sock' })).toEqual([
      'run',
      { ...run, redis: 'unix:///tmp/r.sock' },
    ]);
  });

  it('accepts several replicas, in either form, and drops their paths', async () => {
    const twice = ['--governor-metrics', 'http://a:1/metrics', '--governor-metrics', 'http://b:1'];
    const list = ['--governor-metrics', 'http://a:1', 'http://b:1/', '--step', '2'];
    const expected = { governorMetrics: ['http://a:1', 'http://b:1'] };

    expect(await parse(twice)).toEqual(['run', expect.objectContaining(expected)]);
    expect(await parse(list)).toEqual(['run', expect.objectContaining({ ...expected, step: 2 })]);
  });

  it('proves the brain alone, for as long as it may take', async () => {
    const expected = { step: 'brain', brainWait: 900 };
    expect(await parse(['--step', 'brain', '--brain-wait', '900'])).toEqual(['run', expect.objectContaining(expected)]);
  });

  it('injects', async () => {
    const efficiency = ['inject', 'efficiency', 'X', '--score', '0.2', '--confidence', '1', '--age', '700'];

    expect(await parse(efficiency)).toEqual(
      [
        'efficiency',
        'X',
        expect.objectContaining({ score: 0.2, confidence: 1, age: 700, ttl: 600, live: false }),
        expect.anything(),
      ].slice(0, 3),
    );
    expect(await parse(['inject', 'plan', 'X', '--kill-score', '1', '--reduce-only'])).toEqual([
      'plan',
      'X',
      expect.objectContaining({ action: 'PROOF_OPEN', qty: 0, price: 1, killScore: 1, reduceOnly: true, live: false }),
    ]);
  });

  it.each([
    ['--step 3'],
    ['--brain-wait soon'],
    ['--redis http://host'],
    ['--redis nonsense'],
    ['--governor-metrics host:8044'],
    ['--governor-metrics http://host:8044/other'],
    ['--spawn --redis redis://host'],
    ['--spawn --governor-metrics http://host:8044'],
    ['inject efficiency X --score 1.1 --confidence 1'],
    ['inject efficiency X --score 0x1 --confidence high'],
    ['inject efficiency X --score 1'],
    ['inject efficiency {X} --score 1 --confidence 1'],
    ['inject plan X --qty -1'],
    ['inject nothing'],
    ['--unknown'],
  ])('refuses %s', async (line) => {
    await expect(parse(line.split(' '))).rejects.toThrow();
  });

  it('removes the leftovers of a run, by its name', async () => {
    expect(await parse(['remove', '7K3M9PQR', '--redis', 'redis://db:6379'])).toEqual([
      'remove',
      '7K3M9PQR',
      { redis: 'redis://db:6379' },
    ]);
  });

  it.each(['', '*', '7K3M9PQ', '7K3M9PQRA', '7k3m9pqr', 'PROOF_7K3M9PQR'])(
    '%j is not the name of a run',
    async (name) => {
      await expect(parse(['remove', name])).rejects.toThrow('the eight letters and digits after PROOF_');
    },
  );
});

import { describe, expect, it } from '@jest/globals';
import { createRolloutMetrics, type ShownRollout } from './rollout.js';

const names = { states: ['off', 'baking', 'killed'], moves: ['start', 'kill'] };
let nowSec = 1_763_386_800;
const clock = { wallSec: () => nowSec, steadyMs: () => 0 };
const create = () => createRolloutMetrics({ maxSymbols: 2 }, names, clock);

const shown: ShownRollout = {
  state: 'baking',
  stage: 1,
  blend: 0.2,
  guards: [
    { guard: 'slew', verdict: 'PASS' },
    { guard: 'harm', verdict: 'UNKNOWN' },
  ],
  advantageBps: -0.5,
  eValues: { harm: 1.5, superior: undefined },
  symbols: 3,
  symbolsDue: 4,
  expiresAtSec: nowSec + 30,
  keysLeft: 0,
};

const series = async (metrics: ReturnType<typeof create>, name: string): Promise<string[]> =>
  (await metrics.registry.metrics()).split('\n').filter((line) => new RegExp(`^${name}[{ ]`).test(line));

describe('the metrics of a rollout', () => {
  it('mark the one state, and the one verdict of each guard', async () => {
    const metrics = create();
    metrics.show(shown);
    expect(await series(metrics, 'rollout_state')).toEqual([
      'rollout_state{state="off"} 0',
      'rollout_state{state="baking"} 1',
      'rollout_state{state="killed"} 0',
    ]);
    metrics.show({ ...shown, state: 'killed' });
    expect(await series(metrics, 'rollout_state')).toContain('rollout_state{state="baking"} 0');
    expect((await series(metrics, 'rollout_guard')).filter((line) => line.endsWith(' 1'))).toEqual([
      'rollout_guard{guard="slew",verdict="PASS"} 1',
      'rollout_guard{guard="harm",verdict="UNKNOWN"} 1',
    ]);
  });

  it('have no series of what is unknown', async () => {
    const metrics = create();
    metrics.show({ ...shown, advantageBps: NaN, blend: Infinity });
    expect(await series(metrics, 'rollout_advantage_bps')).toEqual([]);
    expect(await series(metrics, 'rollout_blend')).toEqual([]);
    expect(await series(metrics, 'rollout_e_value')).toEqual(['rollout_e_value{test="harm"} 1.5']);
  });

  it('show nothing of the rollout while another process leads', async () => {
    const metrics = create();
    expect(await series(metrics, 'rollout_leads')).toEqual(['rollout_leads 0']);
    metrics.show(shown);
    expect(await series(metrics, 'rollout_leads')).toEqual(['rollout_leads 1']);
    expect(await series(metrics, 'rollout_symbols')).toEqual(['rollout_symbols 3']);
    metrics.show(undefined);
    const left = ['leads', 'state', 'stage', 'guard', 'symbols', 'deadman_seconds'].map((name) => `rollout_${name}`);
    expect((await Promise.all(left.map((name) => series(metrics, name)))).flat()).toEqual(['rollout_leads 0']);
  });

  it('count the dead-man time down between cycles, to 0', async () => {
    const metrics = create();
    metrics.show(shown);
    nowSec += 20;
    expect(await series(metrics, 'rollout_deadman_seconds')).toEqual(['rollout_deadman_seconds 10']);
    nowSec += 20;
    expect(await series(metrics, 'rollout_deadman_seconds')).toEqual(['rollout_deadman_seconds 0']);
    metrics.show({ ...shown, expiresAtSec: undefined });
    expect(await series(metrics, 'rollout_deadman_seconds')).toEqual([]);
  });

  it('count every transition from 0', async () => {
    const metrics = create();
    metrics.transitions.inc({ to: 'killed', reason: 'kill' });
    const counted = await series(metrics, 'rollout_transitions_total');
    expect(counted).toHaveLength(6);
    expect(counted).toContain('rollout_transitions_total{to="off",reason="kill"} 0');
    expect(counted).toContain('rollout_transitions_total{to="killed",reason="kill"} 1');
  });

  it('show the multipliers of at most so many symbols', async () => {
    const metrics = create();
    for (const symbol of ['A', 'B', 'C']) metrics.bySymbol.set(symbol, { multiplier: 0.9 });
    expect(await series(metrics, 'rollout_multiplier')).toHaveLength(2);
    expect(await series(metrics, 'quantum_metrics_symbols_left_out')).toEqual(['quantum_metrics_symbols_left_out 1']);
  });
});

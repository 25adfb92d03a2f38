import { describe, expect, it } from '@jest/globals';
import { EFFICIENCY_REASONS } from '@quantum/efficiency-policy';
import { evidenceOf, proposalLine } from './evidence.test-support.js';
import { definitionOf, FIGURES, REASON_LABELS } from './figures.js';
import { decided, decision } from './records.test-support.js';
import { Performance } from './statistics/performance.js';
import { DEFAULT_LIMITS, ThresholdsSchema } from './thresholds.js';
import { judge } from './verdict.js';

const rows = [0, 1, 2].map((i) => ({ tsSec: 10_001 + i, prices: [1 + i] }));
const performance = new Performance({ symbols: ['A'], rows }, { costBps: 0, maxAgeSec: 600 });
const measured = evidenceOf(
  [proposalLine('A', 10_000, 1000, 0.5), decision(decided({ kill_score: 0.9 })), decision()],
  1,
  performance,
).figures({ seed: 1 });

describe('the definitions of figures', () => {
  it('cover every figure that is measured, and no other', () => {
    const ids = measured.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(Object.keys(FIGURES)));
    expect(ids.filter((id) => !Object.hasOwn(FIGURES, id))).toEqual(['plans.refused_kill_score_share']);
    for (const { id, label, unit } of measured) expect({ label, unit }).toEqual(definitionOf(id));
  });

  it('label every default threshold', () => {
    for (const id of Object.keys(DEFAULT_LIMITS)) expect(definitionOf(id)?.label).toMatch(/^[A-Z].*[a-z]/);
  });

  it('give no two figures the same label, and none a label that holds its id', () => {
    const labels = measured.map(({ label }) => label);
    expect(new Set(labels).size).toBe(labels.length);
    for (const label of labels) expect(label).not.toMatch(/[._]/);
  });

  it('name the gate of a refusal', () => {
    expect(definitionOf('plans.refused_daily_notional_share')?.label).toBe('Plans refused by daily notional');
  });

  it.each(['', '\n', 'two\nlines'])('name the reason of a damaged record, whatever it is: %j', (reason) => {
    expect(definitionOf(`plans.refused_${reason}_share`)?.label).toBe(`Plans refused by ${reason}`);
  });

  it('know nothing of other ids: a threshold on one shows the id', () => {
    for (const id of [
      'a.b',
      'toString',
      'plans.refused_share',
      'my.plans.refused_x_share',
      'plans.refused_x_share_usd',
    ])
      expect(definitionOf(id)).toBeUndefined();
    const thresholds = ThresholdsSchema.parse({ minHours: 0, lines: { 'a.b': { max: 1 } } });
    expect(judge([], thresholds, 1).lines).toMatchObject([{ label: 'a.b', lack: 'value' }]);
  });

  it('have a legend for every reason', () => {
    expect(Object.keys(REASON_LABELS)).toEqual([...EFFICIENCY_REASONS]);
  });
});

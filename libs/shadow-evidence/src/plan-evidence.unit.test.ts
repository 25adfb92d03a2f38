import { describe, expect, it } from '@jest/globals';
import type { DecisionRecord } from '@quantum/redis-schemas';
import type { Figure } from './figure.js';
import { PlanEvidence } from './plan-evidence.js';
import { decided } from './records.test-support.js';

const at = (decidedAt: number, record: DecisionRecord): DecisionRecord => ({ ...record, decided_at: decidedAt });
function figuresOf(...records: DecisionRecord[]): Figure[] {
  const evidence = new PlanEvidence();
  for (const record of records) evidence.take(record);
  return evidence.figures();
}
const valuesOf = (figures: readonly Figure[]) => figures.map(({ id, value }) => [id, value]);

const hinted = decided({ eff_score: 0.225, notional_usd: 1000 });
const notHinted = decided({ eff_score: 0.9, notional_usd: 3000 });

describe('decisions about plans', () => {
  it('are measured: what was permitted, refused by which gate in the order of the gates, and hinted', () => {
    const late = decided({ last_exec: 1_700_000_000 });
    const killed = decided({ kill_score: 0.9 });
    expect([late.reason, killed.reason]).toEqual(['symbol_cooldown', 'kill_score']);
    const letter: DecisionRecord = { ...killed, outcome: 'dead_letter', reason: 'max_deliveries' };
    expect(valuesOf(figuresOf(late, hinted, killed, killed, notHinted, letter, hinted, late))).toEqual([
      ['plans.permitted_share', 3 / 8],
      ['plans.refused_kill_score_share', 2 / 8],
      ['plans.refused_symbol_cooldown_share', 2 / 8],
      ['hints.hinted_share', 2 / 3],
      ['hints.taken_off_usd', 1000],
      ['hints.taken_off_share', 1000 / 5000],
      ['hints.cooldown_sec', 2 * 93],
    ]);
  });

  it('have the sample and the time of their figures, from the earliest to the latest', () => {
    const figures = figuresOf(at(2000, hinted), at(1000, notHinted), at(3000, decided({ kill_score: 0.9 })), at(1500, hinted)); // prettier-ignore
    for (const { id, n, window } of figures) {
      expect([n, window]).toEqual([id.startsWith('plans.') ? 4 : 3, { fromSec: 1000, toSec: 3000 }]);
    }
    expect(figuresOf(at(5, hinted))[0]?.window).toEqual({ fromSec: 5, toSec: 5 });
  });

  it('without a permit have no figures of hints, and none at all where there is no decision', () => {
    const refused = figuresOf(decided({ kill_score: 0.9 }));
    expect(refused.filter(({ value }) => value !== undefined).map(({ id, value }) => [id, value])).toEqual([
      ['plans.permitted_share', 0],
      ['plans.refused_kill_score_share', 1],
    ]);
    expect(figuresOf().map(({ value, n, window }) => [value, n, window])).toEqual(
      figuresOf().map(() => [undefined, 0, { fromSec: 0, toSec: 0 }]),
    );
    expect(figuresOf()).toHaveLength(5);
  });

  it('of permits without a notional have no share of it that the hints take off', () => {
    const [share] = figuresOf(decided({ notional_usd: 0 })).filter(({ id }) => id === 'hints.taken_off_share');
    expect(share?.value).toBeUndefined();
  });
});

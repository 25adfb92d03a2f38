import { describe, expect, it } from '@jest/globals';
import { INPUTS, recordWith } from '@quantum/test-fixtures';
import { entry, NOW, permitted, plan, refused, SERVICES } from '../readings.test-support.js';
import type { CycleReadings } from '../readings.js';
import { MAX_DECISIONS } from '../snapshot/snapshot.js';
import { foldCycle, newModel, plansToRead, policiesToRead, type Model } from './model.js';

const after = (...all: CycleReadings[]): Model => all.reduce(foldCycle, newModel(SERVICES));
const plans = (...ids: string[]): CycleReadings => ({ nowSec: NOW, plans: ids.map((id, i) => plan(NOW, id, {}, i)) });
const records = (...pairs: [string, string | null][]): CycleReadings => ({ nowSec: NOW + 1, records: new Map(pairs) });

describe('decisions', () => {
  it('are asked for plan by plan, oldest first, until their records are there', () => {
    const model = after(plans('p1', 'p2'), records(['p1', permitted('p1')], ['p2', null]));
    expect(plansToRead(after(plans('p1', 'p2')))).toEqual(['p1', 'p2']);
    expect(plansToRead(model)).toEqual(['p2']);
    expect(model.snapshot.decisions).toMatchObject([
      { planId: 'p1', symbol: 'AAA', outcome: 'permit', action: 'ENTRY_PROPOSED', isClosing: false, notionalUsd: 1000, hint: { action: 'DOWNSIZE', factor: 0.4444, cooldownSec: 96, reason: 'ok', score: 0.2 } },
    ]); // prettier-ignore
    expect(model.snapshot.totals).toMatchObject({ plans: { EXECUTE: 2 }, permits: { DOWNSIZE: 1 } });
  });

  it('say in words why a plan was refused, and count by gate', () => {
    const { snapshot } = after(plans('p1'), records(['p1', refused('p1', 'burst_rate', { exec_count: 2, max_exec_per_5min: 2 })])); // prettier-ignore
    expect(snapshot.decisions).toMatchObject([{ reason: 'burst_rate', hint: null, words: 'refused by burst_rate: 2 permits in 5 min, limit 2' }]); // prettier-ignore
    expect(snapshot.totals.refusals).toEqual({ burst_rate: 1 });
  });

  it('of what asks for no permit, or cannot have one, are not awaited', () => {
    const model = after({
      nowSec: NOW,
      plans: [plan(NOW, 'p1', { decision: 'SKIP' }), plan(NOW, 'bad id', {}, 1), plan(NOW, 'p2', { symbol: '{' }, 2)],
    });
    expect(plansToRead(model)).toEqual([]);
    expect(model.snapshot.totals.plans).toEqual({ SKIP: 1, EXECUTE: 2 });
  });

  it('are given up once a plan is too old to be decided, and records that cannot be read at once', () => {
    const late = (sec: number): CycleReadings => ({ nowSec: NOW + sec, records: new Map([['p1', null]]) });
    expect(plansToRead(after(plans('p1'), late(100), late(110), late(120)))).toEqual(['p1']);
    const given = after(plans('p1'), late(100), late(110), late(121));
    expect([plansToRead(given), given.snapshot.totals.undecided]).toEqual([[], 1]);
    const unreadable = after(plans('p1'), records(['p1', '{}']));
    expect([plansToRead(unreadable), unreadable.snapshot.totals.unreadable]).toEqual([[], 1]);
  });

  it('are no more than are kept, and plans no more than can be awaited', () => {
    const ids = Array.from({ length: MAX_DECISIONS + 5 }, (_, i) => `p${i}`);
    const many = after(plans(...ids), records(...ids.map((id): [string, string] => [id, permitted(id)])));
    expect(many.snapshot.decisions).toHaveLength(MAX_DECISIONS);
    const flood = after(plans(...Array.from({ length: 2003 }, (_, i) => `p${i}`)));
    expect([plansToRead(flood)[0], plansToRead(flood).length, flood.snapshot.totals.undecided]).toEqual(['p3', 500, 3]);
  });

  it('by another governor are incidents', () => {
    const foreign = JSON.stringify(recordWith(INPUTS, { plan_id: 'p1', symbol: 'AAA', outcome: 'foreign' }));
    const { snapshot } = after(plans('p1'), records(['p1', foreign]));
    expect(snapshot.totals.foreign).toBe(1);
    expect(snapshot.incidents).toMatchObject([{ kind: 'foreign_permit', planId: 'p1', symbol: 'AAA' }]);
  });
});

describe('policies', () => {
  it('are the hashes that decide, each with its parameters once they are read', () => {
    const limits = 'cccccccccccc';
    const first = after(plans('p1'), records(['p1', refused('p1', 'kill_score', {}, { limits })]));
    expect(policiesToRead(first)).toEqual([{ hash: limits, isLimits: true }]);
    const text = '{"GOV_MAX_EXEC_PER_HOUR":3,"nested":{}}';
    const read = foldCycle(first, { nowSec: NOW + 2, policies: [{ hash: limits, isLimits: true, text }] });
    expect(policiesToRead(read)).toEqual([]);
    expect(read.snapshot.policies).toEqual([{ hash: limits, decides: 'limits', symbols: 0, parameters: { GOV_MAX_EXEC_PER_HOUR: 3 } }]); // prettier-ignore
  });
});

describe('events', () => {
  it('of dead letters, disarms and lost plans are incidents, newest first', () => {
    const events = [
      entry(NOW - 3, { event: 'DEAD_LETTER', symbol: 'AAA', plan_id: 'p1', reason: 'invalid_qty' }),
      entry(NOW - 2, { event: 'AUTO_DISARM', symbol: 'BBB', reason: 'burst_rate' }),
      entry(NOW - 1, { event: 'PLANS_LOST', count: '7' }),
      entry(NOW, { event: 'PLAN_REFUSED', reason: 'burst_rate' }),
    ];
    const { incidents, totals } = after({ nowSec: NOW, events }).snapshot;
    expect(incidents).toMatchObject([
      { kind: 'plans_lost', words: '7 plans were trimmed or deleted before they were processed.' },
      { kind: 'disarm', symbol: 'BBB', words: 'A breach of burst_rate disarmed opens.' },
      { kind: 'dead_letter', planId: 'p1', words: 'An entry was dead-lettered: invalid_qty.' },
    ]); // prettier-ignore
    expect(totals.deadLetters).toBe(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import { entry, flat, idAt, NOW, proposal, SERVICES } from '../readings.test-support.js';
import type { CycleReadings } from '../readings.js';
import { FORGET_SEC, MAX_SYMBOLS, type Snapshot } from '../snapshot/snapshot.js';
import { foldCycle, newModel } from './model.js';

const after = (...all: CycleReadings[]): Snapshot => all.reduce(foldCycle, newModel(SERVICES)).snapshot;

describe('symbols', () => {
  it('have their last proposal, and what the formula gave before smoothing and budget', () => {
    const { symbols, totals } = after({
      nowSec: NOW,
      proposals: [proposal(NOW - 10, 'AAA'), proposal(NOW, 'AAA', { baseUsd: 2000, multiplier: 1, score: undefined, reason: 'missing_eff' })],
    }); // prettier-ignore
    expect(symbols.get('AAA')).toMatchObject({ baseUsd: 2000, proposedUsd: 2000, multiplier: 1, rawMultiplier: 1, budgetScale: 1, score: null, confidence: 0.8, reason: 'missing_eff', staleSinceSec: null }); // prettier-ignore
    expect(totals.proposals).toEqual({ ok: 1, missing_eff: 1 });
  });

  it('are read from entries whose fields have another order', () => {
    const fields = { multiplier: '1.2', reason: 'ok', symbol: 'AAA', base_target: 'none' };
    const { symbols } = after({ nowSec: NOW, proposals: [entry(NOW, fields)] });
    expect(symbols.get('AAA')).toMatchObject({ multiplier: 1.2, reason: 'ok', baseUsd: null });
  });

  it('count what names no symbol as unreadable', () => {
    const nameless = entry(NOW, { multiplier: '1' });
    const brain = { id: idAt(NOW), fields: flat({ version: 'brain_v1' }) };
    const { symbols, totals } = after({ nowSec: NOW, proposals: [nameless, { id: 'x', fields: [] }], scores: [brain] });
    expect([symbols.size, totals.unreadable]).toEqual([0, 3]);
  });

  it('have the scores of our brain, not those of another P3.1', () => {
    const fields = { symbol: 'AAA', efficiency_score: '0.4', confidence: '0.7', n_eff: '12.5', coverage: '0.9' };
    const ours = entry(NOW, { ...fields, version: 'brain_v1' });
    const { symbols, totals } = after({ nowSec: NOW, scores: [ours, entry(NOW, { ...fields, symbol: 'BBB' }, 1)] });
    expect([...symbols.values()]).toMatchObject([{ symbol: 'AAA', brainScore: 0.4, brainConfidence: 0.7, effectivePeriods: 12.5, coverage: 0.9, reason: '' }]); // prettier-ignore
    expect(totals.scores).toBe(1);
  });

  it('are marked once their proposals have stopped, and forgotten after an hour', () => {
    const first: CycleReadings = { nowSec: NOW, proposals: [proposal(NOW, 'AAA')] };
    expect(after(first, { nowSec: NOW + 60 }).symbols.get('AAA')?.staleSinceSec).toBeNull();
    expect(after(first, { nowSec: NOW + 61 }).symbols.get('AAA')?.staleSinceSec).toBe(NOW);
    const renewed = { nowSec: NOW + 70, proposals: [proposal(NOW + 70, 'AAA')] };
    expect(after(first, { nowSec: NOW + 61 }, renewed).symbols.get('AAA')?.staleSinceSec).toBeNull();
    expect(after(first, { nowSec: NOW + FORGET_SEC + 1 }).symbols.size).toBe(0);
  });

  it('show a position by a fresh mark price alone, and the multiplier that a rollout enforces', () => {
    const position = (ageSec: number) => ['-2', '100', String(NOW - ageSec)];
    const polled = (ageSec: number, multiplier: readonly (string | null)[] | 'unreadable'): Snapshot =>
      after(
        { nowSec: NOW, proposals: [proposal(NOW, 'AAA')] },
        {
          nowSec: NOW,
          rollout: { epoch: '7', state: null, desk: null, memories: null, cycle: null, plans: new Map() },
          symbols: [
            { symbol: 'AAA', position: position(ageSec), multiplier },
            { symbol: 'ZZZ', position: position(0), multiplier: [] },
          ],
        },
      );
    const counting = ['0.9', 'down_only', '7', String(NOW + 30)];
    const { symbols, rollout } = polled(0, counting);
    expect([...symbols.keys()]).toEqual(['AAA']);
    expect(symbols.get('AAA')).toMatchObject({ positionAmount: -2, markPriceUsd: 100, positionUsd: -200, effectiveMultiplier: 0.9, effectiveWhy: 'ok' }); // prettier-ignore
    expect(rollout).toMatchObject({ published: 1, expiresAtSec: NOW + 30 });
    const other = polled(400, ['0.9', 'down_only', '6', String(NOW + 30)]);
    expect(other.symbols.get('AAA')).toMatchObject({ markPriceUsd: 100, positionUsd: null, effectiveMultiplier: 1, effectiveWhy: 'epoch' }); // prettier-ignore
    expect(other.rollout).toMatchObject({ published: 0, expiresAtSec: null });
    expect(polled(0, 'unreadable').symbols.get('AAA')).toMatchObject({ effectiveMultiplier: 1, effectiveWhy: 'unreadable' }); // prettier-ignore
  });

  it('are no more than there is room for', () => {
    const proposals = Array.from({ length: MAX_SYMBOLS + 2 }, (_, i) => proposal(NOW, `S${i}`, {}, i));
    const { symbols, totals } = after({ nowSec: NOW, proposals });
    expect([symbols.size, totals.leftOut]).toEqual([MAX_SYMBOLS, 2]);
  });
});

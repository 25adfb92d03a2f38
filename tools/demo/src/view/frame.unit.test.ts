import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { foldCycle, newModel, type Snapshot } from '@quantum/read-model';
import fc from 'fast-check';
import { UNKNOWN_HEALTH } from '../services/health.js';
import { renderFrame } from './frame.js';
import { colourPaint, plainPaint } from './line.js';
import { plainScreen } from './screen.js';
import { stayedHealthy, summaryLines } from './summary.js';
import type { View } from './view.js';

const proposal = (symbol: string, multiplier = 1.4) => ({
  symbol,
  base_target: '1000',
  proposed_target: String(1000 * multiplier),
  multiplier: multiplier.toFixed(4),
  eff_score: '0.9',
  eff_confidence: '0.8',
  reason: 'ok',
});

const NOW_SEC = 1_763_400_000;
const EMPTY = newModel([]).snapshot;
type Fields = Readonly<Record<string, string>>;
const entries = (all: readonly Fields[]) =>
  all.map((fields, i) => ({ id: `${NOW_SEC}000-${i}`, fields: Object.entries(fields).flat() }));
const folded = (proposals: readonly Fields[], scores: readonly Fields[] = []): Snapshot =>
  foldCycle(newModel([]), { nowSec: NOW_SEC, proposals: entries(proposals), scores: entries(scores) }).snapshot;
const withSymbols = (symbols: readonly string[]): Snapshot => folded(symbols.map((symbol) => proposal(symbol)));

const ready = { ...UNKNOWN_HEALTH, state: 'ready' as const };
const viewOf = (snapshot: Snapshot): View => ({
  nowSec: 1_763_400_010,
  elapsedSec: 37.4,
  limitSec: 60,
  redis: 'private Redis at redis://127.0.0.1:41234',
  prices: 'simulated, seed 42',
  feed: {
    priceTsSec: 1_763_386_800,
    speed: 1,
    history: ['BBBUSDT'],
    tally: { asked: 5, consumed: 2, refused: 1, unanswered: 0 },
    brain: { BRAIN_PERIOD_SEC: '1', BRAIN_CONF_PERIODS: '5' },
  },
  services: [
    {
      name: 'allocation-target',
      part: 'step 1',
      metricsUrl: 'http://127.0.0.1:41235',
      health: ready,
      ended: undefined,
    },
    { name: 'governor-plugin', part: 'step 2', metricsUrl: 'http://127.0.0.1:41236', health: ready, ended: undefined },
  ],
  page: 'http://127.0.0.1:41237',
  snapshot,
  notice: '',
});

const score = (symbol: string, value: number) => ({
  ...{ symbol, version: 'brain_v1', efficiency_score: String(value) },
  ...{ confidence: '0.81', n_eff: '21.37', coverage: '0.974' },
});
const scored = folded(
  ['AAAUSDT', 'BBBUSDT'].map((symbol) => proposal(symbol)),
  [score('AAAUSDT', 0.9), score('BBBUSDT', 0.31)],
);

const full: Snapshot = {
  ...scored,
  decisions: [
    {
      planId: 'demo-mgx3k2l-17', symbol: 'AAAUSDT', entryId: '1-0', decidedSec: NOW_SEC, outcome: 'permit', reason: '',
      action: 'ENTRY_PROPOSED', isClosing: false, notionalUsd: 300, wouldBlock: [], policy: '', limits: '', words: 'permitted',
      hint: { action: 'DOWNSIZE', factor: 0.4444, cooldownSec: 96, reason: 'ok', score: 0.2 },
    },
  ],
  totals: { ...scored.totals, plans: { EXECUTE: 5, SKIP: 1 }, permits: { DOWNSIZE: 1 }, refusals: { symbol_cooldown: 1 } },
  cycle: {
    atSec: 1_763_400_007, durationSec: 0.0123, worstDurationSec: 0.05, cycles: 4, symbols: 2, proposed: 2, skipped: 0,
    reasons: { ok: 2 }, skippedReasons: {},
  },
}; // prettier-ignore

describe('the frame', () => {
  it('shows what an operator needs', () => {
    const text = renderFrame(viewOf(full), { columns: 147, rows: 30 }, plainPaint).join('\n');
    for (const part of [
      '0:37 of 1:00',
      'simulated, seed 42, now 2025-11-17 13:40 UTC, one minute a second',
      'http://127.0.0.1:41235/metrics',
      '4, 2 symbols in 12 ms (worst 50 ms), 3 s ago: ok 2',
      'no price 4 %, halted 4 %, late 4 %, malformed 3 % of the time; BBBUSDT: with',
      'as minutes pass in seconds: BRAIN_PERIOD_SEC=1 BRAIN_CONF_PERIODS=5',
      '1,400  1.4000',
      '0.97  ok          symbol_cooldown         1',
      ' 0.9000 0.800   21.4  0.97  ok',
      'symbol_cooldown         1',
      '…-17',
      '0.4444     96 s',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('keeps the reason of each symbol on a terminal of 80 columns', () => {
    const lines = renderFrame(viewOf(full), { columns: 80, rows: 30 }, plainPaint);
    expect(lines.find((line) => line.includes('AAAUSDT'))).toMatch(/ 0\.9000 0\.800  ok\s*$/);
  });

  it('fits every terminal, with and without colour', () => {
    const many = withSymbols(Array.from({ length: 40 }, (_, i) => `SYMBOL${i}USDT`));
    const snapshot = fc.constantFrom(EMPTY, full, many);
    const size = fc.record({ columns: fc.integer({ min: 1, max: 250 }), rows: fc.integer({ min: 1, max: 80 }) });
    fc.assert(
      fc.property(snapshot, size, fc.constantFrom(plainPaint, colourPaint), (some, { columns, rows }, paint) => {
        const lines = renderFrame(viewOf(some), { columns, rows }, paint);
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) expect(stripVTControlCharacters(line).length).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('shows how many symbols do not fit', () => {
    const many = withSymbols(Array.from({ length: 40 }, (_, i) => `S${i}`));
    const lines = renderFrame(viewOf(many), { columns: 140, rows: 20 }, plainPaint);
    const shown = lines.filter((line) => line.includes('1,400')).length;
    expect(lines.join('\n')).toContain(`and ${40 - shown} more`);
  });

  it('shows text from Redis without obeying its control characters', () => {
    const [line] = renderFrame(viewOf(withSymbols(['\x1b[2JX'])), { columns: 147, rows: 30 }, plainPaint).filter(
      (text) => text.includes('1,400'),
    );
    expect(line).toContain('?[2JX');
  });
});

describe('lines instead of a frame', () => {
  it('are an introduction, then one per cycle', () => {
    const printed: string[] = [];
    const screen = plainScreen((line) => printed.push(line));
    screen.show(viewOf(EMPTY));
    const introduction = printed.length;
    screen.show(viewOf(full));
    screen.show(viewOf(full));
    expect(introduction).toBe(7);
    expect(printed.slice(introduction)).toEqual([
      '17:20:07Z cycle 4 | 2 symbols in 12 ms | ok 2 | scores 0.31 to 0.90 | permits 1 (DOWNSIZE 1) | refused 1 (symbol_cooldown 1)',
    ]);
  });
});

describe('the summary', () => {
  it('shows the result of the run', () => {
    expect(summaryLines(viewOf(full)).map((line) => line.replace(/ +/g, ' '))).toEqual([
      'ran for 0:37',
      'scores 2; the last of 2 symbols 0.3100 to 0.9000: 1 below 0.5, 1 above',
      'confidence 0.810 to 0.810; scores of 2 symbols count',
      'measured n_eff 21.4 to 21.4, coverage 0.97 to 0.97',
      'symbols 2 with proposals, multipliers 1.4000 to 1.4000',
      'proposals 2: ok 2',
      'cycles 4, the worst took 50 ms',
      'plans 6, 1 of them not to be executed, 0 dead-lettered',
      'permits 1: DOWNSIZE 1, NONE 0',
      'refused 1: symbol_cooldown 1',
      'consumed 2 permits by the Apply Layer',
      'allocation-target healthy all along',
      'governor-plugin healthy all along',
    ]);
  });

  it('does not call a service healthy that ended or is not ready', () => {
    const [service] = viewOf(full).services;
    expect(stayedHealthy(service!)).toBe(true);
    expect(stayedHealthy({ ...service!, ended: 'exited with code 1' })).toBe(false);
    expect(stayedHealthy({ ...service!, health: { ...ready, state: 'not ready' } })).toBe(false);
    expect(stayedHealthy({ ...service!, health: { ...ready, failed: true } })).toBe(false);
  });
});

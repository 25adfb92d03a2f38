import { describe, expect, it } from '@jest/globals';
import {
  createRules,
  DEFAULT_PARAMETERS,
  encodeState,
  type BrainParameters,
  type ClosedPeriod,
  type SymbolState,
} from '@quantum/efficiency-score';
import { fieldsOf } from '@quantum/redis-schemas';
import { confidence, priceUsd, qty, uniform, usd } from '@quantum/generators';
import fc from 'fast-check';
import { parseRecordedScore, replayScore, scoreDifference } from './replay.js';
import { decideScore, type ScoreInputs } from './decide.js';
import { SCORE_ENTRY_FIELDS, SCORE_HASH_FIELDS, scoreEntry, scoreHash, type PublishedScore } from './entry.js';

const NOW = 1_770_679_230;
const PERIOD = Math.floor(NOW / 60) - 1;
const rules = createRules(DEFAULT_PARAMETERS);

const period = (index: number, own: Partial<ClosedPeriod> = {}): ClosedPeriod => ({
  period: index,
  end: { positionQty: 2, priceUsd: 100 + index - PERIOD },
  reservedUsd: 1000,
  fills: [],
  feesUsd: 0,
  fundingUsd: 0,
  reportedGainUsd: undefined,
  oldestInputSec: NOW - 1,
  performance: 0.5,
  lastExecutionSec: NOW - 100,
  ...own,
});
const publish = (inputs: Partial<ScoreInputs>): PublishedScore => ({
  decision: decideScore(
    {
      symbol: 'BTCUSDT',
      before: undefined,
      closing: undefined,
      cycle: { nowSec: NOW + 0.25, reservedUsd: 1000, performance: 0.5, lastExecutionSec: NOW - 100 },
      ...inputs,
    },
    rules,
  ),
  mode: 'shadow',
  policy: '0123456789ab',
  missing: ['P29'],
  stale: ['PRICE', 'P30'],
  carriesState: false,
});
const replayed = (flat: readonly string[], known: SymbolState | undefined) => {
  const recorded = parseRecordedScore(flat);
  return recorded && replayScore(recorded, known, rules);
};

describe('an entry', () => {
  it('has the known fields first, and the inputs of its score', () => {
    expect(SCORE_ENTRY_FIELDS).toEqual([
      ...['symbol', 'efficiency_score', 'confidence', 'ts', 'mode', 'version', 'efficiency_ewma', 'capital_pressure'],
      ...['reallocation_weight', 'inputs_ok', 'stale_flags', 'score_posterior', 'score_p31_v1', 'n_eff', 'coverage'],
      ...['mean_bps', 'sd_bps', 'drawdown_usd', 'idle_sec', 'policy', 'now', 'reserved_usd', 'performance'],
      ...['last_execution', 'closed', 'state'],
    ]);
    expect(SCORE_HASH_FIELDS).toEqual(SCORE_ENTRY_FIELDS.slice(1, 20));
    const published = publish({ closing: period(PERIOD) });
    const { closed, ...fields } = fieldsOf(scoreEntry(published, rules));
    expect(fields).toMatchObject({
      ...{ symbol: 'BTCUSDT', efficiency_score: '0.5', confidence: '0', ts: String(NOW), now: `${NOW}.25` },
      ...{
        inputs_ok: '0',
        stale_flags: 'P29_MISSING,PRICE_STALE,P30_STALE',
        state: '',
        last_execution: String(NOW - 100),
      },
    });
    expect(JSON.parse(closed ?? '')).toMatchObject({ period: PERIOD, position: 2, price: 100, fills: [], fees_usd: 0 });
    expect(scoreHash(published, rules)).toEqual(scoreEntry(published, rules).slice(2, 40));
  });

  it('carries the whole state before where it closes a period, and neither where none is due', () => {
    const first = publish({ closing: period(PERIOD - 1) });
    const second = publish({ before: first.decision.after, closing: period(PERIOD) });
    const fields = fieldsOf(scoreEntry(second, rules));
    expect(JSON.parse(fields['state'] ?? '')).toEqual(encodeState(first.decision.after as SymbolState, rules));
    expect(second.decision.closed).toEqual({ result: 'measured', skipped: 0 });
    const idle = fieldsOf(scoreEntry(publish({ before: second.decision.after }), rules));
    expect([idle['closed'], idle['state']]).toEqual(['', '']);
  });

  it('closes no period twice', () => {
    const first = publish({ closing: period(PERIOD) });
    const second = publish({ before: first.decision.after, closing: period(PERIOD) });
    expect(second.decision.closed).toBeUndefined();
    expect(second.decision.after).toEqual(first.decision.after);
    expect(fieldsOf(scoreEntry(second, rules))).toMatchObject({ closed: '', state: '' });
  });

  it('has each number of the score in a field of its own, as ECMAScript writes it', () => {
    let published = publish({ closing: period(PERIOD - 3) });
    for (const [i, gainUsd] of [3, 5, -7].entries()) {
      const closing = period(PERIOD - 2 + i, { feesUsd: -gainUsd });
      published = publish({ before: published.decision.after, closing });
    }
    const { score } = published.decision;
    const numbers = {
      ...{ efficiency_score: score.score, confidence: score.confidence, efficiency_ewma: score.scoreEwma },
      ...{ reallocation_weight: score.reallocationWeight, score_posterior: score.scorePosterior },
      ...{ score_p31_v1: score.scoreP31V1, n_eff: score.effectivePeriods, coverage: score.coverage },
      ...{ mean_bps: score.meanBpsPerDay, sd_bps: score.sdBpsPerDay, drawdown_usd: score.drawdownUsd },
      idle_sec: score.idleSec,
    };
    expect(Object.entries(numbers).filter(([, value]) => value === 0)).toEqual([]);
    expect(fieldsOf(scoreEntry(published, rules))).toMatchObject({
      ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)])),
      ...{ mode: 'shadow', version: 'brain_v1', policy: '0123456789ab', capital_pressure: score.capitalPressure },
    });
  });

  it.each([
    [[], [], '1'],
    [['P30'], [], '1'],
    [[], ['P30'], '1'],
    [['P30', 'P29'], [], '0'],
    [[], ['PRICE'], '0'],
  ] as const)('has all inputs of the measure where %j is missing and %j stale: %s', (missing, stale, ok) => {
    expect(fieldsOf(scoreEntry({ ...publish({}), missing, stale }, rules))['inputs_ok']).toBe(ok);
  });
});

describe('an entry of the decision stream', () => {
  const entry = scoreEntry(publish({}), rules);

  it('is ours by its version and its fields in their order', () => {
    expect(parseRecordedScore(entry)).toMatchObject({ symbol: 'BTCUSDT', policy: '0123456789ab', closes: false });
    const version = entry.indexOf('version') + 1;
    expect(parseRecordedScore(entry.with(version, 'brain_v2'))).toBeUndefined();
    expect(parseRecordedScore(entry.slice(0, -2))).toBeUndefined();
    expect(parseRecordedScore([...entry.slice(2), ...entry.slice(0, 2)])).toBeUndefined();
  });

  it('differs from nothing at all where it cannot be scored again', () => {
    expect(scoreDifference(entry, undefined, rules)).toEqual([]);
  });
});

describe('scoring again', () => {
  const closing = fc.record({
    position: fc.option(qty, { nil: undefined }),
    price: fc.option(priceUsd, { nil: undefined }),
    reserved: fc.option(usd(), { nil: undefined }),
    fill: fc.option(fc.tuple(qty, priceUsd), { nil: undefined }),
    fees: usd(100),
    reported: fc.option(uniform(-100, 100), { nil: undefined }),
    performance: fc.option(confidence, { nil: undefined }),
    gap: fc.constantFrom(1, 1, 1, 2),
  });

  it('gives the same bytes for every entry of a chain, also of one that is cut at its start', () => {
    fc.assert(
      fc.property(fc.array(closing, { minLength: 1, maxLength: 8 }), fc.nat(7), (steps, cut) => {
        let index = PERIOD;
        let state: SymbolState | undefined;
        const entries: string[][] = [];
        for (const step of steps) {
          index += step.gap;
          const published = publish({
            before: state,
            closing: period(index, {
              end: { positionQty: step.position, priceUsd: step.price },
              reservedUsd: step.reserved,
              fills: step.fill ? [{ signedQty: step.fill[0], priceUsd: step.fill[1] }] : [],
              feesUsd: step.fees,
              reportedGainUsd: step.reported,
              performance: step.performance,
            }),
          });
          state = published.decision.after;
          entries.push(scoreEntry(published, rules), scoreEntry(publish({ before: state }), rules));
        }
        let known: SymbolState | undefined;
        for (const entry of entries.slice(2 * Math.min(cut, steps.length - 1))) {
          const scored = replayed(entry, known);
          expect(scoreDifference(entry, scored, rules)).toBeUndefined();
          known = scored?.decision.after;
        }
      }),
    );
  });

  it('takes the state that an entry carries although it closes no period, before one that is known', () => {
    const first = publish({ closing: period(PERIOD - 1) });
    const second = publish({ before: first.decision.after, closing: period(PERIOD) }); // its entry is lost
    const entry = scoreEntry({ ...publish({ before: second.decision.after }), carriesState: true }, rules);
    expect(parseRecordedScore(entry)).toMatchObject({ closes: false, hasState: true });
    for (const known of [undefined, first.decision.after]) {
      const scored = replayed(entry, known);
      expect(scoreDifference(entry, scored, rules)).toBeUndefined();
      expect(scored?.decision.after).toEqual(second.decision.after);
    }
  });

  it('finds an entry that was changed, and one that nothing can be made of', () => {
    const entry = scoreEntry(publish({ closing: period(PERIOD) }), rules);
    const changed = entry.with(entry.indexOf('efficiency_score') + 1, '0.6');
    expect(scoreDifference(changed, replayed(changed, undefined), rules)).toEqual(entry);
    for (const [field, value] of [
      ['closed', '{'],
      ['closed', '{}'],
      ['now', 'soon'],
      ['state', '[]'],
    ] as const) {
      const broken = entry.with(entry.indexOf(field) + 1, value);
      expect(replayed(broken, undefined)).toBeUndefined();
    }
    expect(parseRecordedScore(['symbol', 'BTCUSDT', 'efficiency_score', '0.5', 'mode', 'shadow'])).toBeUndefined();
  });

  it('differs by other parameters', () => {
    const first = publish({ closing: period(PERIOD - 1) });
    const entry = scoreEntry(publish({ before: first.decision.after, closing: period(PERIOD) }), rules);
    const other: BrainParameters = { ...DEFAULT_PARAMETERS, confidencePeriods: 1 };
    const recorded = parseRecordedScore(entry);
    const scored = recorded && replayScore(recorded, undefined, createRules(other));
    expect(scoreDifference(entry, scored, createRules(other))).not.toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';
import { ThresholdsSchema } from '@quantum/shadow-evidence';
import { proposalsOf, reportOf, type Run } from '../runs.test-support.js';
import { headlineOf } from './headline.js';
import { inOrder, STATUS_TEXT } from './report.js';

/** 25 hours, a cycle every 20 s. */
const LONG: Run = { cycles: 4500, everySec: 20 };
const SHORT: Run = { cycles: 84, everySec: 1 };
const reportOn = (run: Run, lines?: object, minHours = 24) =>
  reportOf(proposalsOf(run), {
    everySec: run.everySec,
    ...(lines && { thresholds: ThresholdsSchema.parse({ minHours, lines }) }),
  });
const ready = reportOn(LONG);
const outage = reportOn({ ...LONG, hasScore: (cycle) => cycle < 2000 || cycle > 2400, isUp: (cycle) => cycle < 3000 || cycle > 3100 }); // prettier-ignore

describe('the headline', () => {
  it('of a run that is READY says what was judged, and what comes closest to its limit', () => {
    expect(headlineOf(ready)).toEqual({
      verdict: 'READY: all 16 thresholds pass',
      facts: [
        ['Judged', '13,500 proposals and 0 decisions on plans over 25.0 covered hours of 25.0'],
        ['Closest to its limit', expect.stringMatching(/^[a-z].* \(.*, limit [≤≥].*\)$/)],
      ],
    });
  });

  it('of a run that is NOT READY names what decides by its label, with value and limit', () => {
    expect(outage.verdict).toBe('NOT_READY');
    expect(headlineOf(outage)).toEqual({
      verdict: 'NOT READY: 2 of 16 thresholds fail',
      facts: [
        ['Judged', '13,197 proposals and 0 decisions on plans over 24.4 covered hours of 25.0'],
        [
          'Decided by',
          'longest time without a proposal (34 min, limit ≤ 10 min); longest stretch without a usable score (2 h 14 min, limit ≤ 30 min)',
        ],
      ],
    });
  });

  it('of a run that is too short says once what every threshold waits for', () => {
    expect(headlineOf(reportOn(SHORT))).toEqual({
      verdict: 'INSUFFICIENT DATA: 13 of 16 thresholds cannot be judged, none fails',
      facts: [
        ['Judged', '252 proposals and 0 decisions on plans over 83 s covered of 83 s'],
        ['Decided by', '13 need 24 covered hours, of which the recording has 83 s'],
      ],
    });
  });

  it('of nothing says so', () => {
    const { verdict, facts } = headlineOf(reportOf([], { everySec: 60 }));
    expect(verdict).toBe('INSUFFICIENT DATA: 16 of 16 thresholds cannot be judged, none fails');
    expect(facts[0]).toEqual(['Judged', 'nothing, for the recording holds no proposal and no decision']);
    expect(facts[1]?.[1]).toBe('13 need 24 covered hours, of which the recording has 0 s; 3 have no sample');
  });

  it.each([
    ['READY: the only threshold passes', { 'recording.gaps': { max: 0 } }],
    ['NOT READY: 1 of 1 threshold fails', { 'multiplier.mean': { min: 2 } }],
    ['INSUFFICIENT DATA: there is no threshold to judge by', {}],
  ])('is "%s" for the thresholds %j', (verdict, lines) => {
    expect(headlineOf(reportOn(SHORT, lines, 0)).verdict).toBe(verdict);
  });

  it('lists no more than three of a kind, and says beside a failure what is not judged', () => {
    const lines = {
      'multiplier.mean': { min: 2 },
      'multiplier.min': { min: 2 },
      'multiplier.max': { min: 2 },
      'multiplier.p50': { min: 2 },
      'sums.ratio_min': { min: 0, minN: 1000 },
      'pnl.coverage': { min: 1 },
      'recording.coverage': { min: 0, minHours: 1 },
    };
    const report = reportOn(SHORT, lines, 0);
    const facts = new Map(headlineOf(report).facts);
    expect(facts.get('Decided by')).toMatch(/^multiplier, mean \(1\.\d{3} x, limit ≥ 2 x\); .* and 1 more$/);
    expect(facts.get('Not judged')).toBe(
      '1 needs 1 covered hour, of which the recording has 83 s; ' +
        '1 needs a larger sample: sum of proposals relative to bases, lowest (84 cycles, 1,000 needed); ' +
        '1 was not measured: share of covered hours with prices and a position',
    );
    expect(inOrder(report.lines).map(({ status, lack }) => lack ?? STATUS_TEXT[status])).toEqual(
      ['FAIL', 'FAIL', 'FAIL', 'FAIL', 'value', 'sample', 'hours'],
    ); // prettier-ignore
  });

  it('puts failures before what an interval leaves open, and passes last', () => {
    const [line] = ready.lines;
    const open = { ...line!, status: 'INSUFFICIENT_DATA', lack: 'interval' } as const;
    const fail = { ...line!, status: 'FAIL' } as const;
    const late = { ...open, lack: 'hours' } as const;
    expect(inOrder([line!, late, open, fail])).toEqual([fail, open, late, line]);
    expect(new Map(headlineOf({ ...ready, verdict: 'INSUFFICIENT_DATA', lines: [open] }).facts).get('Decided by')).toBe(
      '1 has an interval on both sides of its limit: outputs that replay does not reproduce',
    );
  });

  it('says what it assumes', () => {
    expect(headlineOf({ ...ready, assumed: 'long assumed' }).verdict).toBe(
      'READY: all 16 thresholds pass (long assumed)',
    );
  });
});

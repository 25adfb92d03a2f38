import { describe, expect, it } from '@jest/globals';
import type { EfficiencyReason } from '@quantum/efficiency-policy';
import { asComputed, proposalStreamEntry } from '@quantum/redis-schemas';
import type { PriceRows, RecordingLine } from '@quantum/shadow-evidence';
import { planWith, START_SEC } from '../example.test-support.js';
import { ShadowHours } from '../index.js';

interface Proposed {
  multiplier: number;
  baseUsd?: number;
  side?: 1 | -1;
  reason?: EfficiencyReason;
}
type At = (sec: number) => Proposed | undefined;

/** Proposals of each symbol every minute from 10 s before a UTC hour on, for two hours and a bit. */
function linesOf(symbols: Readonly<Record<string, At>>): RecordingLine[] {
  const seconds = Array.from({ length: 125 }, (_, i) => 60 * i - 10);
  return seconds.flatMap((sec) =>
    Object.entries(symbols).flatMap(([symbol, at]) => {
      const found = at(sec);
      if (!found) return [];
      const { multiplier, baseUsd = 1000, side = 1, reason = 'ok' } = found;
      const tsEpochSec = START_SEC + sec;
      const fields = proposalStreamEntry({
        tsEpochSec, symbol, baseTargetUsd: baseUsd, proposedTargetUsd: baseUsd * multiplier, multiplier, effScore: 0.5, effConfidence: 0.9,
        effTsText: '', effStale: false, baseTsText: '', reason, ...asComputed(multiplier, '0123456789ab'),
      }); // prettier-ignore
      return [{ kind: 'proposal', id: `${tsEpochSec}000-0`, fields, side } as const];
    }),
  );
}

/** A price a minute: A rises by 1 % over the first hour, in equal factors of five minutes, B stays. */
const prices: PriceRows = {
  symbols: ['A', 'B', 'C'],
  rows: Array.from({ length: 125 }, (_, i) => ({
    tsSec: START_SEC + 60 * i,
    prices: [100 * 1.01 ** (Math.floor(i / 5) / 12), 10, 1],
  })),
};

function hoursOf(symbols: Readonly<Record<string, At>>, rows: PriceRows = prices) {
  const record = new ShadowHours(planWith(), rows);
  for (const line of linesOf(symbols)) record.take(line);
  return record.hours();
}
const steady = (multiplier: number, more: Partial<Proposed> = {}): At => () => ({ multiplier, ...more }); // prettier-ignore
/** What twelve periods gain at a return of 1 % in all, compounded. */
const RISE_BPS = 12 * 1e4 * (1.01 ** (1 / 12) - 1);

describe('the hours of a recording', () => {
  it('are those that are over, for each stage', () => {
    const hours = hoursOf({ A: steady(0.8), B: steady(1) });
    expect(hours.map(({ hourSec, stage }) => [(hourSec - START_SEC) / 3600, stage])).toEqual([
      [0, 'pilot'],
      [0, 'full'],
      [1, 'pilot'],
      [1, 'full'],
    ]);
  });

  it('have the advantage of the cohort of the stage, of its base', () => {
    const [pilot, full] = hoursOf({ A: steady(0.8), B: steady(1), C: steady(0.5) });
    expect(pilot!.advantageBps).toBeCloseTo(-0.2 * RISE_BPS, 9);
    expect(full!.advantageBps).toBeCloseTo((-0.2 * RISE_BPS) / 2, 9);
    expect(pilot!.bookBps).toBeCloseTo(RISE_BPS, 9);
    expect(full!.bookBps).toBeCloseTo(RISE_BPS / 2, 9);
  });

  it('gain on a short position what falls', () => {
    const [pilot] = hoursOf({ A: steady(0.8, { side: -1 }), B: steady(1) });
    expect([pilot!.advantageBps, pilot!.bookBps]).toEqual([
      expect.closeTo(0.2 * RISE_BPS, 9),
      expect.closeTo(-RISE_BPS, 9),
    ]);
  });

  it('enforce no multiplier above 1 where a stage goes down only', () => {
    const [pilot, full] = hoursOf({ A: steady(1.2), B: steady(1) });
    expect(pilot!.advantageBps).toBeCloseTo(0.2 * RISE_BPS, 9);
    expect(pilot!.enforcedBps).toBeCloseTo(0, 9);
    expect(full!.enforcedBps).toBeCloseTo(0.1 * RISE_BPS, 9);
    expect([pilot!.maxSumRatio, full!.maxSumRatio]).toEqual([1, 1.1]);
  });

  it('sum over all symbols with a base, also those that no stage enforces', () => {
    const [pilot, full] = hoursOf({ A: steady(0.8), B: steady(0.8), C: steady(0.1, { baseUsd: 2000 }) });
    expect([pilot!.minSumRatio, full!.minSumRatio]).toEqual([expect.closeTo(0.95, 12), expect.closeTo(0.9, 12)]);
  });

  it('have turnover and changes of direction, and their cost', () => {
    const wavering: At = (sec) => ({ multiplier: Math.floor((sec + 10) / 600) % 2 === 0 ? 0.9 : 0.8 });
    const [first, , second] = hoursOf({ A: wavering, B: steady(1) });
    // Six changes in an hour, each of 100 USD of 2,000.
    expect(second!.turnover).toBeCloseTo(0.3, 9);
    expect([first!.turns, second!.turns]).toEqual([5, 6]);
    const [calm] = hoursOf({ A: steady(0.85), B: steady(1) });
    expect(first!.advantageBps!).toBeLessThan(calm!.advantageBps! - 2); // 5 bps of 0.1 of the base, five times, less than 1 bps of prices
  });

  it('have the greatest share of symbols whose reason is not ok', () => {
    const late: At = (sec) => ({ multiplier: 1, reason: sec > 1800 && sec < 2400 ? 'stale_eff' : 'ok' });
    const hours = hoursOf({ A: steady(0.8), B: late });
    expect(hours.map(({ notOkShare }) => notOkShare)).toEqual([0, 0.5, 0, 0]);
  });

  it('are missing without prices, without proposals, and with fewer than ten periods', () => {
    const known = (symbols: Readonly<Record<string, At>>, rows?: PriceRows) =>
      hoursOf(symbols, rows).map(({ advantageBps }) => advantageBps !== undefined);
    const noPrices = { ...prices, rows: prices.rows.map((row) => ({ ...row, prices: [undefined, 10, 1] })) };
    expect(known({ A: steady(0.8) }, noPrices)).toEqual([false, false, false, false]);
    const gap: At = (sec) => (sec > 3600 && sec < 5700 ? undefined : { multiplier: 0.8 });
    expect(known({ A: gap, B: gap })).toEqual([true, true, false, false]);
    const from: At = (sec) => (sec < 1200 ? undefined : { multiplier: 0.8 });
    expect(known({ A: from, B: from })).toEqual([false, false, true, true]);
  });

  it('use no price older than the freshness limit', () => {
    const stopped = { ...prices, rows: prices.rows.filter(({ tsSec }) => tsSec < START_SEC + 3000) };
    expect(hoursOf({ A: steady(0.8), B: steady(1) }, stopped).map(({ advantageBps }) => advantageBps !== undefined)).toEqual([
      true, true, false, false,
    ]); // prettier-ignore
  });

  it('do not change with lines that are no proposals, nor with a proposal of another time', () => {
    const record = new ShadowHours(planWith(), prices);
    const [first] = linesOf({ A: steady(0.5) });
    if (first?.kind !== 'proposal') throw new Error('no proposal');
    record.take({ ...first, fields: first.fields.with(1, '1e15') });
    for (const line of linesOf({ A: steady(0.8), B: steady(1) })) {
      record.take({ kind: 'resumed', at: START_SEC });
      record.take({ kind: 'proposal', id: '1-0', fields: ['symbol', 'A'] });
      record.take(line);
    }
    expect(record.hours()).toEqual(hoursOf({ A: steady(0.8), B: steady(1) }));
  });
});

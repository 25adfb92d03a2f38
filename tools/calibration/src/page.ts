import { createRules, DEFAULT_PARAMETERS, type BrainParameters } from '@quantum/efficiency-score';
import { calibrate, missOf, type Tenth } from './calibration.js';
import { NOISES, normal } from './noise.js';
import { spreadOf, type Spread } from './spread.js';
import { table } from './table.js';

const BLOCK = /(<!-- measured: ([a-z ]+) -->\n)[^]*?(<!-- \/measured -->)/g;

/** Puts figures between the marks of a page. @throws Error for a mark that has none. */
export const fillPage = (page: string, make: (name: string) => string): string =>
  page.replace(BLOCK, (_block, open: string, name: string, close: string) => `${open}\n${make(name)}\n\n${close}`);

const rulesOf = (changes: Partial<BrainParameters>) => createRules({ ...DEFAULT_PARAMETERS, ...changes });
const count = (value: number): string => value.toLocaleString('en-US');
const two = (value: number): string => value.toFixed(2);

/** A score's tenth counts from this many symbols on: the share of fewer is known to less than 0.05. */
const MIN_SYMBOLS = 400;

export function tenthsTable(tenths: readonly Tenth[]): string {
  const rows = tenths.map((tenth) => {
    const { from, symbols, positive } = tenth;
    const known = symbols >= MIN_SYMBOLS;
    return [`${from.toFixed(1)} to ${(from + 0.1).toFixed(1)}`, count(symbols), known ? positive.toFixed(3) : 'too few', known ? missOf(tenth).toFixed(3) : ''];
  });
  return table(['Score', 'Symbols', 'Share with a positive true mean', 'Distance from the tenth'], rows);
} // prettier-ignore

const spreadRow = (name: string, { low, median, high, belowThreshold, belowThresholdWithoutPrior }: Spread): string[] => [
  name, two(low), two(median), two(high), two(belowThreshold), two(belowThresholdWithoutPrior),
]; // prettier-ignore
const SPREAD_HEAD = ['Returns', '5 %', 'Median', '95 %', 'Below 0.45', 'Phi(z) below 0.45'];

const DAYS = 20;
const PERIODS = 1440 * DAYS;
/** Ten minutes: with fewer periods a simulation of many symbols takes minutes, and n_eff / n0 is the same. */
const LONG_PERIODS = { periodSec: 600, staleSec: 1200 };

/** Every block of figures of docs/brain.md, by its name. */
export const FIGURES: Readonly<Record<string, () => string>> = {
  calibration: () => tenthsTable(calibrate(rulesOf(LONG_PERIODS), 144 * DAYS, 30_000, 1)),
  'calibration of a wide prior': () =>
    tenthsTable(calibrate(rulesOf({ ...LONG_PERIODS, priorSrPerDay: 1 }), 144 * DAYS, 20_000, 2)),
  noise: () =>
    table(
      SPREAD_HEAD,
      Object.entries(NOISES).map(([name, noise], i) => spreadRow(name, spreadOf(rulesOf({}), PERIODS, 0, noise, 500, 10 + i))),
    ),
  'sharpe ratios': () =>
    table(
      ['True Sharpe ratio per day', ...SPREAD_HEAD.slice(1)],
      [-0.6, -0.3, -0.1, 0.1, 0.3, 0.6].map((sharpe, i) => spreadRow(String(sharpe), spreadOf(rulesOf({}), PERIODS, sharpe, normal, 300, 20 + i))),
    ),
  confidence: () =>
    table(
      ['Hours', 'n_eff', 'Confidence'],
      [1, 6, 12, 24, 48, 120, 480].map((hours, i) => {
        const { effectivePeriods, confidence } = spreadOf(rulesOf({}), 60 * hours, 0, normal, 50, 30 + i);
        return [String(hours), count(Math.round(effectivePeriods)), two(confidence)];
      }),
    ),
}; // prettier-ignore

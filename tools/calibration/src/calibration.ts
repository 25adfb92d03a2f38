import type { ScoreRules } from '@quantum/efficiency-score';
import { mulberry32 } from '@quantum/testbed';
import { normal } from './noise.js';
import { simulate } from './simulate.js';

/** The symbols whose scores lie in one tenth of 0..1. */
export interface Tenth {
  /** Lower end of the tenth. */
  from: number;
  symbols: number;
  /** Share of them whose true mean is positive; NaN without symbols. */
  positive: number;
}

/** Symbols with Sharpe ratios drawn from the prior of these rules, by the tenth of the score that they end in. */
export function calibrate(rules: ScoreRules, periods: number, symbols: number, seed: number): Tenth[] {
  const random = mulberry32(seed);
  const noise = normal(random);
  const tenths = Array.from({ length: 10 }, () => ({ symbols: 0, positive: 0 }));
  for (let i = 0; i < symbols; i += 1) {
    const sharpePerDay = rules.parameters.priorSrPerDay * noise();
    const { score } = simulate({ rules, periods, sharpePerDay, noise });
    const tenth = tenths[Math.min(9, Math.floor(10 * score))];
    if (tenth === undefined) continue;
    tenth.symbols += 1;
    tenth.positive += sharpePerDay > 0 ? 1 : 0;
  }
  return tenths.map((tenth, i) => ({ from: i / 10, symbols: tenth.symbols, positive: tenth.positive / tenth.symbols }));
}

/** Distance of a tenth's share from the tenth itself, 0 within it. */
export const missOf = ({ from, positive }: Tenth): number => Math.max(from - positive, positive - (from + 0.1), 0);

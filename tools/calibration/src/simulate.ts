import {
  closePeriod,
  scoreSymbol,
  type ScoreRules,
  type SymbolScore,
  type SymbolState,
} from '@quantum/efficiency-score';
import type { Series } from './noise.js';

/** A symbol with a Sharpe ratio of its own, whose gains are drawn. */
interface Simulated {
  rules: ScoreRules;
  /** Closed periods, >= 1. */
  periods: number;
  /** Ratio of mean and standard deviation of a day's return. */
  sharpePerDay: number;
  noise: Series;
}

const RESERVED_USD = 1000;
/** Standard deviation of a day's return: 2 %. */
const SD_PER_DAY = 0.02;

/** The score of a symbol after these periods, by the functions that the service calls: every period has its inputs. */
export function simulate({ rules, periods, sharpePerDay, noise }: Simulated): SymbolScore {
  const { periodsPerDay, parameters } = rules;
  const mean = (sharpePerDay * SD_PER_DAY) / periodsPerDay;
  const sd = SD_PER_DAY / Math.sqrt(periodsPerDay);
  const known = {
    end: { positionQty: 0, priceUsd: 1 },
    reservedUsd: RESERVED_USD,
    fills: [],
    fundingUsd: 0,
    reportedGainUsd: undefined,
    performance: undefined,
    lastExecutionSec: undefined,
  };
  let state: SymbolState | undefined;
  for (let period = 0; period <= periods; period += 1) {
    const feesUsd = -RESERVED_USD * (mean + sd * noise());
    const closing = closePeriod(
      state,
      { ...known, period, feesUsd, oldestInputSec: period * parameters.periodSec },
      rules,
    );
    if (closing.closed) state = closing.state;
  }
  const nowSec = (periods + 1) * parameters.periodSec;
  return scoreSymbol(state, { ...known, nowSec }, rules);
}

import { expect, it } from '@jest/globals';
import { closePeriod, createRules, DEFAULT_PARAMETERS, periodOf, scoreSymbol, type SymbolState } from './index.js';

it('runs the example of the README', () => {
  const rules = createRules(DEFAULT_PARAMETERS);
  const prices = [100, 101, 100.5, 102];
  let nowSec = 1763386800;
  let state: SymbolState | undefined;
  for (const priceUsd of prices) {
    const period = periodOf(nowSec, rules.parameters.periodSec) as number;
    const closing = closePeriod(
      state,
      {
        period,
        end: { positionQty: 5, priceUsd },
        reservedUsd: 1000,
        fills: [],
        feesUsd: 0,
        fundingUsd: 0,
        reportedGainUsd: undefined,
        oldestInputSec: nowSec,
        performance: undefined,
        lastExecutionSec: undefined,
      },
      rules,
    );
    if (closing.closed) state = closing.state;
    nowSec += 60;
  }
  const inputs = { nowSec, reservedUsd: 1000, performance: undefined, lastExecutionSec: undefined };
  const { score, effectivePeriods, confidence } = scoreSymbol(state, inputs, rules);
  expect(state?.gainUsd).toBe(10);
  expect(score.toFixed(4)).toBe('0.5012'); // three minutes tell little
  expect(effectivePeriods.toFixed(2)).toBe('3.00');
  expect(confidence.toFixed(4)).toBe('0.0031');
});

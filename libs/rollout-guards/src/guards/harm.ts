import { eValue } from '../evidence/e-process.js';
import { isHarmShown, logThreshold } from '../evidence/verdict.js';
import { defineGuard } from '../guard.js';

/** Acts on statistical evidence that the proposals do harm. It holds at every time, so that every cycle may look. */
export const harm = defineGuard({
  name: 'harm',
  summary: 'the e-value of harm has reached 1 / `evidence.alphaHarm` since the stage began',
  onBreach: 'rollback',
  onUnknown: 'none',
  unit: 'e-value',
  limits: {},
  evaluate({ nowSec, harm: evidence }) {
    if (evidence === undefined) {
      return { verdict: 'UNKNOWN', value: undefined, limit: undefined, n: 0, asOfSec: nowSec };
    }
    const { process, alpha, asOfSec } = evidence;
    return {
      verdict: isHarmShown(process, alpha) ? 'BREACH' : 'PASS',
      value: eValue(process.greatestLogE),
      limit: eValue(logThreshold(alpha)),
      n: process.hours,
      asOfSec,
    };
  },
});

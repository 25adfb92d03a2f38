import { atMost, defineGuard } from '../guard.js';

const BPS = 1e4;

/**
 * Bounds the fall of the whole book, whatever caused it. The desk gives the number; without one the guard does not run.
 */
export const bookDrawdown = defineGuard({
  name: 'book_drawdown',
  summary: 'the value of the book, net of flows, is more than `maxBps` below its high',
  onBreach: 'reduce_only',
  onUnknown: 'hold',
  unit: 'bps',
  limits: {
    maxBps: { default: undefined, min: 1, max: 10_000, describe: 'greatest fall from the high, basis points' },
  },
  evaluate({ nowSec, book }, { maxBps }) {
    const { valueUsd = NaN, highUsd = NaN, equityUsd = valueUsd, asOfSec = nowSec } = book ?? {};
    const fallUsd = highUsd - valueUsd;
    const equityBeforeUsd = equityUsd + fallUsd; // in entries of earlier versions not the high: that is net of flows
    const fallBps = equityBeforeUsd > 0 ? (BPS * fallUsd) / equityBeforeUsd : undefined;
    return atMost({ value: fallBps, limit: maxBps, n: book === undefined ? 0 : 1, asOfSec });
  },
});

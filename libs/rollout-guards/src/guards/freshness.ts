import { atMost, defineGuard } from '../guard.js';

/** A time that is further ahead is no time of an input: its clock is wrong, or it is in milliseconds. */
const MAX_AHEAD_SEC = 60;

/** Whether an input of this age counts as one of now. */
export const isFreshAge = (ageSec: number, maxSec: number): boolean => ageSec >= -MAX_AHEAD_SEC && ageSec <= maxSec;

/** Takes a symbol with old inputs to its base, and holds where too many proposals have no usable score. */
export const freshness = defineGuard({
  name: 'freshness',
  summary:
    'score, base target or price of a symbol is older than its limit or more than a minute ahead: the symbol is not published; more than `maxShare` of the symbols have a reason other than `ok`: hold',
  onBreach: 'hold',
  onUnknown: 'hold',
  unit: 'ratio',
  limits: {
    maxScoreSec: {
      default: 300,
      min: 1,
      max: 3600,
      describe: 'greatest age of a score, seconds; half of its stale limit',
    },
    maxBaseSec: {
      default: 150,
      min: 1,
      max: 3600,
      describe: 'greatest age of a base target, seconds; half of its stale limit',
    },
    maxPriceSec: {
      default: 150,
      min: 1,
      max: 3600,
      describe: 'greatest age of a price, seconds; half of its stale limit',
    },
    maxShare: { default: 0.2, min: 0, max: 1, describe: 'greatest share of symbols whose reason is not `ok`' },
  },
  evaluate({ nowSec, symbols }, { maxScoreSec, maxBaseSec, maxPriceSec, maxShare }) {
    const enforced = symbols.filter((row) => row.enforced);
    const old = enforced.filter(
      ({ scoreAgeSec = NaN, baseAgeSec = NaN, priceAgeSec = NaN }) =>
        !(
          isFreshAge(scoreAgeSec, maxScoreSec) &&
          isFreshAge(baseAgeSec, maxBaseSec) &&
          isFreshAge(priceAgeSec, maxPriceSec)
        ),
    );
    const notOk = enforced.filter(({ reasonOk }) => !reasonOk).length;
    const n = enforced.length;
    const share = atMost({ value: n === 0 ? 0 : notOk / n, limit: maxShare, n, asOfSec: nowSec });
    const toBase = old.map(({ symbol }) => symbol);
    if (share.verdict === 'BREACH' || toBase.length === 0) return { ...share, toBase };
    // One that is unknown comes first: what is old is at its base, and stops nothing else.
    const isUnknown = old.some(({ scoreAgeSec, baseAgeSec, priceAgeSec }) =>
      [scoreAgeSec, baseAgeSec, priceAgeSec].includes(undefined),
    );
    return { ...share, verdict: isUnknown ? 'UNKNOWN' : 'BREACH', demand: 'none', toBase };
  },
});

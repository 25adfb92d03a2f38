import { atMost, defineGuard } from '../guard.js';

/**
 * Bounds what enforcement loses against the base book. The limit is fixed as the stage begins: waiting does not loosen
 * it.
 */
export const relativeDrawdown = defineGuard({
  name: 'relative_drawdown',
  summary:
    'the gain of the effective book above the base book has fallen from its high since the stage began by more than the larger of `minBps` and `sds` standard deviations of the length of the stage, times the blend, of the base of the cohort',
  onBreach: 'rollback',
  onUnknown: 'hold',
  unit: 'bps',
  limits: {
    minBps: { default: 50, min: 0, max: 10_000, describe: 'fall that is always allowed at full blend, basis points' },
    sds: {
      default: 3.5,
      min: 0,
      max: 20,
      describe: 'standard deviations of the advantage over the least length of the stage',
    },
  },
  evaluate({ nowSec, relative, blend, stageDays }, { minBps, sds }) {
    const { fallBps, sdBpsPerSqrtDay = NaN, periods = 0, asOfSec = nowSec, blend: blendBefore = 0 } = relative ?? {};
    const spreadBps = sds === 0 ? 0 : sds * sdBpsPerSqrtDay * Math.sqrt(stageDays);
    const limit = Math.max(minBps, spreadBps) * Math.max(blend, blendBefore);
    return atMost({ value: fallBps, limit, n: periods, asOfSec });
  },
});

import { atMost, defineGuard } from '../guard.js';

/** Acts where what is published may not be what was decided. */
export const integrity = defineGuard({
  name: 'integrity',
  summary:
    'the replay of the last cycle differs, a policy is unknown, another program has written a multiplier, or the clock is more than `maxSkewSec` off; unknown where the evidence cannot be written, or policies cannot be read',
  onBreach: 'rollback',
  onUnknown: 'hold',
  unit: 'faults or seconds of clock skew',
  limits: {
    maxSkewSec: {
      default: 2,
      min: 0,
      max: 60,
      describe: "greatest distance of the own clock from Redis' clock, seconds",
    },
  },
  evaluate({ nowSec, integrity: found }, { maxSkewSec }) {
    const sample = { n: found?.replayed ?? 0, asOfSec: nowSec };
    const { different = NaN, unknownPolicies = NaN, foreignWrites = NaN, clockSkewSec = NaN } = found ?? {};
    const skew = atMost({ value: Math.abs(clockSkewSec), limit: maxSkewSec, ...sample });
    const counts = [different, unknownPolicies, foreignWrites];
    const faults = counts.reduce((sum, count) => sum + (count > 0 ? count : 0), 0);
    // A fault that is seen counts, whatever else is unknown.
    if (faults > 0) return atMost({ value: faults, limit: 0, ...sample });
    if (skew.verdict !== 'PASS') return skew;
    return atMost({ value: counts.every(Number.isFinite) ? 0 : undefined, limit: 0, ...sample });
  },
});

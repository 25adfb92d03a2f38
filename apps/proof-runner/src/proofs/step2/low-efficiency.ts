import { hintFor, holds, permitChecks } from '../checks.js';
import type { Proof } from '../proof.js';
import { lowScore } from '../readings.js';

export const lowEfficiencyHint: Proof = {
  name: 'step2-low-efficiency',
  title: 'a low score is hinted smaller: by default 0.2, with factor 0.4444 and 96 s more cooldown',
  steps: [2],
  arrange: { efficiency: lowScore },
  expect: (seen) => {
    const factor = seen.permit()['eff_factor'];
    const { minFactor } = seen.settings;
    const hint = hintFor(lowScore(seen.settings).score, seen.settings);
    const inRange = Number(factor) >= minFactor && Number(factor) < 1;
    return [
      ...permitChecks(seen, hint, 'ok'),
      // A deployment may rule it out: with P31_MIN_FACTOR=1, no score makes a plan smaller.
      ...(minFactor < 1 ? [holds('smaller', `a factor in [${minFactor}, 1)`, inRange, String(factor))] : []),
    ];
  },
};

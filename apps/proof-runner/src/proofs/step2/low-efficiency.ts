import { hintFor, holds, permitChecks } from '../checks.js';
import type { Proof } from '../proof.js';

const SCORE = 0.2;

export const lowEfficiencyHint: Proof = {
  name: 'step2-low-efficiency',
  title: 'a score of 0.2 is hinted smaller: by default factor 0.4444, 96 s more cooldown',
  steps: [2],
  arrange: { efficiency: { score: SCORE, confidence: 0.9 } },
  expect: (seen) => {
    const factor = seen.permit()['eff_factor'];
    const { minFactor } = seen.settings;
    const inRange = Number(factor) >= minFactor && Number(factor) < 1;
    return [
      ...permitChecks(seen, hintFor(SCORE, seen.settings), 'ok'),
      holds('smaller', `a factor in [${minFactor}, 1)`, inRange, String(factor)),
    ];
  },
};

import type { Arrangement } from '../arrangement.js';
import { hintFor, NO_HINT, permitChecks } from '../checks.js';
import type { Proof } from '../proof.js';
import { doubted, highScore, mayDoubt } from '../readings.js';

/** The permit leaves the size as it is, and says why. */
const unhinted = (name: string, title: string, reason: string, efficiency: Arrangement['efficiency']): Proof => ({
  name,
  title,
  steps: [2],
  arrange: { efficiency },
  expect: (seen) => permitChecks(seen, NO_HINT, reason),
});

export const highEfficiencyHint = unhinted(
  'step2-high-efficiency',
  'a score that is high enough leaves the size as it is: 0.8 by default',
  'ok',
  highScore,
);

export const missingEfficiencyHint = unhinted(
  'step2-missing-efficiency',
  'without a reading a permit is granted without a hint',
  'missing_eff',
  'absent',
);

export const lowConfidenceHint: Proof = {
  ...unhinted(
    'step2-low-confidence',
    'a reading of too little confidence gives no hint',
    'low_conf',
    doubted(0.2, 0.3),
  ),
  expect: (seen) =>
    mayDoubt(seen.settings)
      ? permitChecks(seen, NO_HINT, 'low_conf')
      : permitChecks(seen, hintFor(0.2, seen.settings), 'ok'),
};

import type { Arrangement } from '../arrangement.js';
import { NO_HINT, permitChecks } from '../checks.js';
import type { Proof } from '../proof.js';

/** The permit leaves the size as it is, and says why. */
const unhinted = (name: string, title: string, reason: string, efficiency: Arrangement['efficiency']): Proof => ({
  name,
  title,
  steps: [2],
  arrange: { efficiency },
  expect: (seen) => permitChecks(seen, NO_HINT, reason),
});

export const highEfficiencyHint = unhinted('step2-high-efficiency', 'a score of 0.8 leaves the size as it is', 'ok', {
  score: 0.8,
  confidence: 0.9,
});

export const missingEfficiencyHint = unhinted(
  'step2-missing-efficiency',
  'without a reading a permit is granted without a hint',
  'missing_eff',
  'absent',
);

export const lowConfidenceHint = unhinted(
  'step2-low-confidence',
  'a reading of confidence 0.3 gives no hint',
  'low_conf',
  { score: 0.2, confidence: 0.3 },
);

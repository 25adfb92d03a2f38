import { NO_HINT, permitChecks } from '../checks.js';
import type { Proof } from '../proof.js';

export const lowConfidenceHint: Proof = {
  name: 'step2-low-confidence',
  title: 'a reading of confidence 0.3 gives no hint',
  steps: [2],
  arrange: { efficiency: { score: 0.2, confidence: 0.3 } },
  expect: (seen) => permitChecks(seen, NO_HINT, 'low_conf'),
};

import { NO_HINT, permitChecks } from '../checks.js';
import type { Proof } from '../proof.js';

export const highEfficiencyHint: Proof = {
  name: 'step2-high-efficiency',
  title: 'a score of 0.8 leaves the size as it is',
  steps: [2],
  arrange: { efficiency: { score: 0.8, confidence: 0.9 } },
  expect: (seen) => permitChecks(seen, NO_HINT, 'ok'),
};

import { proposalChecks } from '../checks.js';
import type { Proof } from '../proof.js';

export const lowConfidence: Proof = {
  name: 'step1-low-confidence',
  title: 'a reading of confidence 0.5 changes nothing',
  steps: [1],
  arrange: { efficiency: { score: 0.9, confidence: 0.5 } },
  expect: (seen) => proposalChecks(seen, 1, 'low_conf'),
};

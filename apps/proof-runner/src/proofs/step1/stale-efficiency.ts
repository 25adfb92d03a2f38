import { proposalChecks } from '../checks.js';
import type { Proof } from '../proof.js';

export const staleEfficiency: Proof = {
  name: 'step1-stale-efficiency',
  title: 'a reading that is 700 s old changes nothing',
  steps: [1],
  arrange: { efficiency: { score: 0.9, confidence: 0.9, ageSec: 700 } },
  expect: (seen) => proposalChecks(seen, 1, 'stale_eff'),
};

import { proposalChecks } from '../checks.js';
import type { Proof } from '../proof.js';

export const missingEfficiency: Proof = {
  name: 'step1-missing-efficiency',
  title: 'without a reading the target is proposed as it is',
  steps: [1],
  arrange: { efficiency: 'absent' },
  expect: (seen) => proposalChecks(seen, 1, 'missing_eff'),
};

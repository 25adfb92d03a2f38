import { NO_HINT, permitChecks } from '../checks.js';
import type { Proof } from '../proof.js';

export const missingEfficiencyHint: Proof = {
  name: 'step2-missing-efficiency',
  title: 'without a reading a permit is granted without a hint',
  steps: [2],
  arrange: { efficiency: 'absent' },
  expect: (seen) => permitChecks(seen, NO_HINT, 'missing_eff'),
};

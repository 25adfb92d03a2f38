import { healthChecks } from '../service-checks.js';
import type { Proof } from '../proof.js';

export const governorHealth: Proof = {
  name: 'step2-service-health',
  title: 'the governor is alive and ready',
  steps: [2],
  expect: (seen) => healthChecks(seen, 2, ['p32_eff_apply_total']),
};

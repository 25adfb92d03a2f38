import { NO_HINT, permitChecks, proposalChecks } from '../checks.js';
import type { Proof } from '../proof.js';

export const unreadableEfficiency: Proof = {
  name: 'safety-unreadable-efficiency',
  title: 'an efficiency key of the wrong type changes nothing, in either step',
  steps: [1, 2],
  arrange: { efficiency: 'wrong type' },
  expect: (seen) => [
    ...(seen.has(1) ? proposalChecks(seen, 1, 'redis_error') : []),
    ...(seen.has(2) ? permitChecks(seen, NO_HINT, 'redis_error') : []),
  ],
};

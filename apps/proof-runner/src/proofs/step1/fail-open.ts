import type { Arrangement } from '../arrangement.js';
import { proposalChecks } from '../checks.js';
import type { Proof } from '../proof.js';

/** The target is proposed as it is, and the proposal says why. */
const unchanged = (name: string, title: string, reason: string, efficiency: Arrangement['efficiency']): Proof => ({
  name,
  title,
  steps: [1],
  arrange: { efficiency },
  expect: (seen) => proposalChecks(seen, 1, reason),
});

export const missingEfficiency = unchanged(
  'step1-missing-efficiency',
  'without a reading the target is proposed as it is',
  'missing_eff',
  'absent',
);

export const lowConfidence = unchanged(
  'step1-low-confidence',
  'a reading of confidence 0.5 changes nothing',
  'low_conf',
  { score: 0.9, confidence: 0.5 },
);

export const staleEfficiency = unchanged(
  'step1-stale-efficiency',
  'a reading that is 700 s old changes nothing',
  'stale_eff',
  { score: 0.9, confidence: 0.9, ageSec: 700 },
);

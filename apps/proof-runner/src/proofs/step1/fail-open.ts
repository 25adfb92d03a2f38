import type { Arrangement } from '../arrangement.js';
import { multiplierFor, proposalChecks } from '../checks.js';
import type { Proof } from '../proof.js';
import { doubted, mayDoubt, stale } from '../readings.js';

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

export const lowConfidence: Proof = {
  ...unchanged(
    'step1-low-confidence',
    'a reading of too little confidence changes nothing',
    'low_conf',
    doubted(0.9, 0.5),
  ),
  expect: (seen) =>
    mayDoubt(seen.settings)
      ? proposalChecks(seen, 1, 'low_conf')
      : proposalChecks(seen, multiplierFor(0.9, seen.settings), 'ok'),
};

export const staleEfficiency = unchanged(
  'step1-stale-efficiency',
  'a reading that is too old changes nothing',
  'stale_eff',
  stale(0.9),
);

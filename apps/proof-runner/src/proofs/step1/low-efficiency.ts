import { holds, multiplierFor, proposalChecks } from '../checks.js';
import type { Proof } from '../proof.js';

const SCORE = 0.3;

export const lowEfficiency: Proof = {
  name: 'step1-low-efficiency',
  title: 'a score of 0.3 lowers the target: exactly 0.8000 by default',
  steps: [1],
  arrange: { efficiency: { score: SCORE, confidence: 0.9 } },
  expect: (seen) => {
    const { entry } = seen.proposal();
    const below = Number(entry['multiplier']) < 1 && Number(entry['proposed_target']) < Number(entry['base_target']);
    const lowered = `proposed ${entry['proposed_target'] ?? ''} for base ${entry['base_target'] ?? ''}`;
    return [
      ...proposalChecks(seen, multiplierFor(SCORE, seen.settings), 'ok'),
      holds('lowers', 'multiplier < 1 and proposed < base', below, lowered),
    ];
  },
};

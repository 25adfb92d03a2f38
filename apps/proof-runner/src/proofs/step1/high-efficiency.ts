import { holds, multiplierFor, proposalChecks } from '../checks.js';
import type { Proof } from '../proof.js';

const SCORE = 0.9;

export const highEfficiency: Proof = {
  name: 'step1-high-efficiency',
  title: 'a score of 0.9 raises the target: exactly 1.4000 by default',
  steps: [1],
  arrange: { efficiency: { score: SCORE, confidence: 0.9 } },
  expect: (seen) => {
    const { entry } = seen.proposal();
    const above = Number(entry['multiplier']) > 1 && Number(entry['proposed_target']) > Number(entry['base_target']);
    const raised = `proposed ${entry['proposed_target'] ?? ''} for base ${entry['base_target'] ?? ''}`;
    return [
      ...proposalChecks(seen, multiplierFor(SCORE, seen.settings), 'ok'),
      holds('raises', 'multiplier > 1 and proposed > base', above, raised),
    ];
  },
};

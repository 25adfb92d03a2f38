import { holds, multiplierFor, proposalChecks } from '../checks.js';
import type { Proof } from '../proof.js';

const SCORE = 0.9;

export const highEfficiency: Proof = {
  name: 'step1-high-efficiency',
  title: 'a score of 0.9 raises the target: exactly 1.4000 by default',
  steps: [1],
  arrange: { efficiency: { score: SCORE, confidence: 0.9 } },
  expect: (seen) => {
    const raw = seen.proposal().entry['raw_multiplier'] ?? '';
    return [
      ...proposalChecks(seen, multiplierFor(SCORE, seen.settings), 'ok'),
      holds('raises', 'raw_multiplier > 1', Number(raw) > 1, raw),
    ];
  },
};

import { holds, multiplierFor, proposalChecks } from '../checks.js';
import type { Proof } from '../proof.js';

const SCORE = 0.3;

export const lowEfficiency: Proof = {
  name: 'step1-low-efficiency',
  title: 'a score of 0.3 lowers the target: exactly 0.8000 by default',
  steps: [1],
  arrange: { efficiency: { score: SCORE, confidence: 0.9 } },
  expect: (seen) => {
    const raw = seen.proposal().entry['raw_multiplier'] ?? '';
    return [
      ...proposalChecks(seen, multiplierFor(SCORE, seen.settings), 'ok'),
      holds('lowers', 'raw_multiplier < 1', Number(raw) < 1, raw),
    ];
  },
};

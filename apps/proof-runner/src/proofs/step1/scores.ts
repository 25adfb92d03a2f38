import { holds, multiplierFor, proposalChecks } from '../checks.js';
import type { Proof } from '../proof.js';

const scored = (name: string, title: string, score: number, moves: 'raises' | 'lowers'): Proof => ({
  name,
  title,
  steps: [1],
  arrange: { efficiency: { score, confidence: 0.9 } },
  expect: (seen) => {
    const raw = seen.proposal().entry['raw_multiplier'] ?? '';
    const [expected, ok] = moves === 'raises' ? ['> 1', Number(raw) > 1] : ['< 1', Number(raw) < 1];
    return [
      ...proposalChecks(seen, multiplierFor(score, seen.settings), 'ok'),
      holds(moves, `raw_multiplier ${expected}`, ok, raw),
    ];
  },
});

export const highEfficiency = scored(
  'step1-high-efficiency',
  'a score of 0.9 raises the target: exactly 1.4000 by default',
  0.9,
  'raises',
);

export const lowEfficiency = scored(
  'step1-low-efficiency',
  'a score of 0.3 lowers the target: exactly 0.8000 by default',
  0.3,
  'lowers',
);

import { holds, multiplierFor, proposalChecks } from '../checks.js';
import type { Proof } from '../proof.js';
import { trusted } from '../readings.js';

const scored = (name: string, title: string, score: number, moves: 'raises' | 'lowers'): Proof => ({
  name,
  title,
  steps: [1],
  arrange: { efficiency: trusted(score) },
  expect: (seen) => {
    const raw = seen.proposal().entry['raw_multiplier'] ?? '';
    const multiplier = multiplierFor(score, seen.settings);
    const isMoved = (by: number): boolean => (moves === 'raises' ? by > 1 : by < 1);
    return [
      ...proposalChecks(seen, multiplier, 'ok'),
      // A deployment may rule it out: with P31_MAX_MULT=1, no score raises a target.
      ...(isMoved(multiplier)
        ? [holds(moves, `raw_multiplier ${moves === 'raises' ? '>' : '<'} 1`, isMoved(Number(raw)), raw)]
        : []),
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

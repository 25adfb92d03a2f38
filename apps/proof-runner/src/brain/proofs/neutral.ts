import { is } from '../../proofs/checks.js';
import { valuesOf, type BrainProof } from '../brain-proof.js';

/** A position that is too old to be known. One that is absent would be flat where P3.3 is alive. */
export const neutral: BrainProof = {
  name: 'brain-neutral',
  title: 'without information the score is exactly 0.5, and confidence is 0',
  market: { amount: 0.001, isOld: true },
  awaits: ({ entries, symbol }) =>
    entries.some(({ closes }) => closes) ? undefined : `entry of ${symbol} that closes a period`,
  expect: ({ entries }) => [
    is('score', '0.5', valuesOf(entries, 'score_posterior')),
    is('confidence', '0', valuesOf(entries, 'confidence')),
    is('n_eff', '0', valuesOf(entries, 'n_eff')),
    is('coverage', '0', valuesOf(entries, 'coverage')),
    is('inputs_ok', '0', valuesOf(entries, 'inputs_ok')),
  ],
};

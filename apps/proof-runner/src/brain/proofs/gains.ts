import { holds } from '../../proofs/checks.js';
import { awaitsMeasured, lastMeasured, type BrainProof } from '../brain-proof.js';

/** A long position, and a price that goes up. */
export const gains: BrainProof = {
  name: 'brain-gains',
  title: 'a score rises with gains',
  market: { amount: 0.001, rises: true },
  awaits: awaitsMeasured,
  expect: (seen) => {
    const { score = NaN, fields = {} } = lastMeasured(seen) ?? {};
    const mean = Number(fields['mean_bps']);
    return [
      holds('score', 'above 0.5', score > 0.5 && score <= 1, String(score)),
      holds('mean_bps', 'above 0', mean > 0, String(mean)),
    ];
  },
};

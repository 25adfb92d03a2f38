import { holds } from '../../proofs/checks.js';
import { awaitsMeasured, lastMeasured, type BrainProof } from '../brain-proof.js';

/** A short position, and a price that goes up. */
export const losses: BrainProof = {
  name: 'brain-losses',
  title: 'a score falls with losses, also of a short position',
  market: { amount: -0.001, rises: true },
  awaits: awaitsMeasured,
  expect: (seen) => {
    const { score = NaN, fields = {} } = lastMeasured(seen) ?? {};
    const [mean, drawdown] = [Number(fields['mean_bps']), Number(fields['drawdown_usd'])];
    return [
      holds('score', 'below 0.5', score >= 0 && score < 0.5, String(score)),
      holds('mean_bps', 'below 0', mean < 0, String(mean)),
      holds('drawdown_usd', 'above 0', drawdown > 0, String(drawdown)),
    ];
  },
};

import { holds } from '../../proofs/checks.js';
import { awaitsMeasured, type BrainProof, type Seen } from '../brain-proof.js';
import { STALE_SHARE } from '../parameters.js';
import type { ScoreEntry } from '../score-watch.js';
import { mostConfidence } from './confidence.js';

/** The first score after the inputs ended whose confidence their age has lowered. */
const stale = (seen: Seen): ScoreEntry | undefined =>
  seen.entries
    .slice(seen.endedAt ?? Infinity)
    .find((entry) => entry.confidence < (1 - STALE_SHARE) * mostConfidence(entry, seen));

/** A position whose inputs end once a period was measured. */
export const staleInput: BrainProof = {
  name: 'brain-stale-input',
  title: 'confidence falls when inputs are no longer written',
  market: { amount: 0.001, ends: true },
  awaits: (seen) =>
    awaitsMeasured(seen) ??
    (stale(seen) ? undefined : `confidence of ${seen.symbol} that the age of its inputs lowers`),
  expect: (seen) => {
    const entry = stale(seen);
    const most = entry ? mostConfidence(entry, seen) : 0;
    const [got, limit] = [entry?.confidence ?? NaN, (1 - STALE_SHARE) * most];
    return [holds('confidence', `below ${limit.toFixed(4)}`, got >= 0 && got < limit, got.toFixed(4))];
  },
};

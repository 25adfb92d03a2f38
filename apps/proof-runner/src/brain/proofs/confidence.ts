import { holds } from '../../proofs/checks.js';
import { awaitsMeasured, measuredOf, type BrainProof, type Seen } from '../brain-proof.js';
import { awaitsConfidence } from '../parameters.js';
import type { ScoreEntry } from '../score-watch.js';

const HALF = 0.5;
/** More than the error of a few floating-point operations. */
const TOLERANCE = 1e-9;

/** The most that the contract allows: with inputs that are quite fresh. */
export const mostConfidence = ({ effectivePeriods, coverage }: ScoreEntry, { parameters }: Seen): number =>
  (effectivePeriods / (effectivePeriods + parameters.confidencePeriods)) * coverage;

/** A position whose price stays. */
export const confidence: BrainProof = {
  name: 'brain-confidence',
  title: 'confidence is low until enough periods were measured',
  market: { amount: 0.001 },
  awaits: (seen) => {
    const isConfident = measuredOf(seen).some((entry) => entry.confidence >= HALF);
    if (!awaitsConfidence(seen.parameters) || isConfident) return awaitsMeasured(seen);
    return `confidence of ${HALF} for ${seen.symbol}`;
  },
  expect: (seen) => {
    const { confidencePeriods, periodSec } = seen.parameters;
    const measured = measuredOf(seen);
    const few = measured.filter(({ effectivePeriods }) => effectivePeriods < confidencePeriods);
    const early = Math.max(...few.map((entry) => entry.confidence));
    const first = few[0]?.confidence ?? NaN;
    const latest = Math.max(...measured.map((entry) => entry.confidence));
    const isBounded = measured.every((entry) => entry.confidence <= mostConfidence(entry, seen) + TOLERANCE);
    const hours = ((confidencePeriods * periodSec) / 3600).toFixed(1);
    return [
      holds(`confidence below ${confidencePeriods} periods`, `below ${HALF}`, early > 0 && early < HALF, early.toFixed(4)), // prettier-ignore
      awaitsConfidence(seen.parameters)
        ? holds('and then', `${HALF} or more`, latest >= HALF && latest > first, latest.toFixed(4))
        : holds('a half', `not awaited: it takes ${hours} h`, true, `not awaited: it takes ${hours} h`),
      holds('confidence of every entry', 'n / (n + BRAIN_CONF_PERIODS) * coverage at most', isBounded, isBounded ? 'so' : 'above it'), // prettier-ignore
    ];
  },
};

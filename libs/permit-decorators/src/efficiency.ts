import {
  assess,
  hintDownsize,
  type Assessment,
  type DownsizeHint,
  type HintParameters,
  type PolicyBook,
} from '@quantum/efficiency-policy';
import {
  EFFICIENCY_FIELDS,
  efficiencyKey,
  fixed,
  flag,
  parseEfficiency,
  type EfficiencyHintFields,
  type EfficiencyReading,
} from '@quantum/redis-schemas';
import type { Annotation, PermitDecorator } from './decorator.js';

/** The permit fields of the efficiency hint. */
type HintFields = EfficiencyHintFields & { policy: string };

/** The parameter set of each symbol. Called once per plan. */
export type HintPolicies = Pick<PolicyBook<HintParameters>, 'of'>;

const NO_HINT: DownsizeHint = { action: 'NONE', factor: 1, extraCooldownSec: 0 };

function hintFields(assessment: Assessment, hint: DownsizeHint, policy: string): HintFields {
  const factor = fixed(hint.factor, 4);
  return {
    eff_score: fixed(assessment.score, 4),
    eff_confidence: fixed(assessment.confidence, 3),
    eff_stale: flag(assessment.stale),
    eff_factor: factor,
    downsize_factor: factor,
    eff_action: hint.action,
    eff_reason: assessment.reason,
    extra_cooldown_sec: String(hint.extraCooldownSec),
    policy,
  };
}

/** The fields if the hint could not be computed, hence without a parameter set. */
const NEUTRAL = assess({ state: 'unreadable' }, 0, { minConfidence: 0, maxFutureSec: 0, maxAgeSec: 0 });

/** The efficiency hint of a reading by these parameters, with their hash and the assessment. */
export function annotationOf(
  reading: EfficiencyReading,
  { closing, nowSec }: { closing: boolean; nowSec: number },
  parameters: HintParameters,
  policy: string,
): Annotation<HintFields> & { assessment: Assessment } {
  const assessment = assess(reading, nowSec, parameters);
  return {
    fields: hintFields(assessment, hintDownsize(assessment, closing, parameters), policy),
    inputs: {
      eff_score: assessment.score ?? null,
      eff_confidence: assessment.confidence ?? null,
      eff_ts: assessment.tsText,
      eff_reason: assessment.reason,
    },
    assessment,
  };
}

/**
 * The efficiency hint: suggests a smaller size and an extra cooldown for opens of symbols with low capital efficiency.
 * It uses the parameter set of each symbol, whose hash the permit carries. `onInvalid` gets the values of an invalid
 * reading, in the order of `EFFICIENCY_FIELDS`.
 */
export function efficiencyHint(
  policies: HintPolicies,
  onInvalid?: (symbol: string, values: readonly (string | null)[]) => void,
): PermitDecorator<HintFields> {
  return {
    name: 'efficiency',
    reads: ({ symbol }) => [{ key: efficiencyKey(symbol), fields: EFFICIENCY_FIELDS }],
    neutral: hintFields(NEUTRAL, NO_HINT, ''),
    annotate({ plan, nowSec, values: [answer] }) {
      const { parameters, policy } = policies.of(plan.symbol);
      const reading = answer?.readable ? parseEfficiency(answer.value) : { state: 'unreadable' as const };
      const { assessment, ...annotation } = annotationOf(
        reading,
        { closing: plan.closing, nowSec },
        parameters,
        policy,
      );
      if (assessment.reason === 'invalid_eff' && answer?.readable) onInvalid?.(plan.symbol, answer.value);
      return annotation;
    },
  };
}

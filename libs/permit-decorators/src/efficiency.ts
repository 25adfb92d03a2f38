import {
  assess,
  hintDownsize,
  type Assessment,
  type AssessmentPolicy,
  type Hint,
  type HintPolicy,
} from '@quantum/efficiency-policy';
import { EFFICIENCY_FIELDS, efficiencyKey, fixed, flag, parseEfficiency, type Permit } from '@quantum/redis-schemas';
import type { PermitDecorator } from './decorator.js';

/** The fields of a permit that the efficiency hint owns. */
export type EfficiencyHintFields = Pick<
  Permit,
  | 'eff_score'
  | 'eff_confidence'
  | 'eff_stale'
  | 'eff_factor'
  | 'downsize_factor'
  | 'eff_action'
  | 'eff_reason'
  | 'extra_cooldown_sec'
>;

/** Both halves of the hint's policy. */
export type EfficiencyHintPolicy = AssessmentPolicy & HintPolicy;

function hintFields(assessment: Assessment, hint: Hint): EfficiencyHintFields {
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
  };
}

/** The efficiency hint: suggests a smaller size and an extra cooldown for opens of symbols that use capital badly. */
export function efficiencyHint(policy: EfficiencyHintPolicy): PermitDecorator<EfficiencyHintFields> {
  const judge = assess({ state: 'unreadable' }, 0, policy);
  return {
    name: 'efficiency',
    reads: ({ symbol }) => [{ key: efficiencyKey(symbol), fields: EFFICIENCY_FIELDS }],
    neutral: hintFields(judge, hintDownsize(judge, false, policy)),
    annotate({ plan, nowSec, values: [answer] }) {
      const reading = answer?.readable ? parseEfficiency(answer.value) : { state: 'unreadable' as const };
      const assessment = assess(reading, nowSec, policy);
      return {
        fields: hintFields(assessment, hintDownsize(assessment, plan.closing, policy)),
        inputs: {
          eff_score: assessment.score ?? null,
          eff_confidence: assessment.confidence ?? null,
          eff_ts: assessment.tsText,
          eff_reason: assessment.reason,
        },
      };
    },
  };
}

import { fixed, flag, type DecisionRecord, type EfficiencyHintFields, type Permit } from '@quantum/redis-schemas';

type Inputs = DecisionRecord['inputs'];
/**
 * Score, confidence, time as text, reason; and of a hint that downsizes, factor and extra cooldown as the permit has
 * them.
 */
export type ShortHint = readonly [
  score: number | null,
  confidence: number | null,
  ts: string,
  reason: string,
  factor?: string,
  cooldownSec?: string,
];

/** The permit fields that follow from a short hint. */
export const hintFieldsOf = ([score, confidence, , reason, factor, cooldownSec]: ShortHint): EfficiencyHintFields => ({
  eff_score: fixed(score ?? undefined, 4),
  eff_confidence: fixed(confidence ?? undefined, 3),
  eff_stale: flag(reason === 'stale_eff'),
  eff_factor: factor ?? '1.0000',
  downsize_factor: factor ?? '1.0000',
  eff_action: factor === undefined ? 'NONE' : 'DOWNSIZE',
  eff_reason: reason,
  extra_cooldown_sec: cooldownSec ?? '0',
});

/** Their names. */
export const HINT_FIELDS: ReadonlySet<string> = new Set(Object.keys(hintFieldsOf([null, null, '', ''])));

const isAmount = (value: unknown): value is number | null => value === null || typeof value === 'number';

/**
 * The hint of a record, where its inputs are all there, with the permit fields that follow from it. Undefined where
 * they are not as the hint's decorator writes them: then inputs and fields are written as they are.
 */
export function shortHintOf(inputs: Inputs, permit: Permit | undefined): [ShortHint, EfficiencyHintFields] | undefined {
  const { eff_score: score, eff_confidence: confidence, eff_ts: ts, eff_reason: reason } = inputs;
  if (!permit || !isAmount(score) || !isAmount(confidence) || typeof ts !== 'string' || typeof reason !== 'string')
    return undefined;
  const hint: ShortHint =
    permit.eff_action === 'DOWNSIZE'
      ? [score, confidence, ts, reason, permit.eff_factor, permit.extra_cooldown_sec]
      : [score, confidence, ts, reason];
  const fields = hintFieldsOf(hint);
  for (const name in fields)
    if (fields[name as keyof EfficiencyHintFields] !== permit[name as keyof EfficiencyHintFields]) return undefined;
  return [hint, fields];
}

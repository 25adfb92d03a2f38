import { isClosing, notionalUsdOf, executionsOf } from '@quantum/decisions';
import type { DecisionRecord } from '@quantum/redis-schemas';
import { counted, short, usd, utc } from './format.js';
import { refusalWords } from './refusal.js';

/** A line of an explanation: what it is about, and a text. */
export interface WordLine {
  readonly label: string;
  readonly text: string;
}

/** A decision in a sentence: "refused by burst_rate: 2 permits in 5 min, limit 2". Total. */
export function decisionSentence(record: DecisionRecord): string {
  const { outcome, reason, block, error } = record;
  if (outcome === 'permit') return permitWords(record);
  if (outcome === 'foreign') return 'permitted by another governor';
  const gate = short(reason);
  const why = outcome === 'refused' ? refusalWords(gate, block) : short(error ?? '');
  return `${outcome === 'refused' ? 'refused by' : 'dead-lettered,'} ${gate}${why === '' ? '' : `: ${why}`}`;
}

const MAX_GATES = 20;

/** Gates that refused in shadow. A later version may keep them in another form. */
export function wouldBlock({ would_block: gates }: NonNullable<DecisionRecord['permit']>): readonly string[] {
  const known: unknown = gates;
  return Array.isArray(known) ? known.slice(0, MAX_GATES).map((gate) => short(gate).slice(0, 64)) : [];
}

function permitWords({ permit }: DecisionRecord): string {
  if (!permit) return 'permitted';
  const { eff_action: action, eff_factor: factor, extra_cooldown_sec: cooldown, eff_score: score, eff_reason: reason } = permit; // prettier-ignore
  const blocking = wouldBlock(permit);
  const shadow = blocking.length === 0 ? '' : `; ${blocking.join(', ')} would refuse it (in shadow)`;
  if (action === 'DOWNSIZE') {
    return `permitted, hinted to ${short(factor)} of its size and ${short(cooldown)} s more cooldown: score ${short(score)}${shadow}`;
  }
  const why = reason === 'ok' ? '' : `: ${short(reason)}`;
  return `permitted without a hint${why}${shadow}`;
}

/**
 * The whole decision in words: plan, gates in their order with what decided, hint, and where the record is from. Total.
 */
export function explainDecision(record: DecisionRecord): WordLine[] {
  const { plan_id: planId, symbol, entry_id: entryId, decided_at: decidedSec, inputs, gates, limits, permit } = record;
  const executions = executionsOf(inputs);
  const notionalUsd = notionalUsdOf(inputs);
  return [
    { label: 'plan', text: `${short(planId)} of ${short(symbol)}, ${isClosing(inputs) ? 'reduces risk' : 'opens'}` },
    { label: 'notional', text: notionalUsd === undefined ? 'not known' : usd(notionalUsd) },
    { label: 'entry', text: `${short(entryId)}, decided ${utc(decidedSec)}` },
    { label: 'decision', text: decisionSentence(record) },
    ...gatesAsked(gates).map(({ gate, mode, refused }) => ({
      label: short(gate),
      text: `${refused ? 'refuses' : 'passes'}${mode === 'shadow' ? ' (in shadow)' : ''}`,
    })),
    ...(executions === undefined
      ? []
      : [{ label: 'windows', text: `${counted(executions.hourCount, 'permit')} in 1 h, ${short(executions.burstCount)} in 5 min before it` }]),
    ...(permit === undefined
      ? []
      : [{ label: 'permit', text: `quantity ${short(permit.computed_qty)}, notional ${usd(permit.computed_notional)}, mode ${short(permit.mode)}` }]),
    ...(limits === undefined ? [] : [{ label: 'limits', text: short(limits) }]),
    ...(permit?.policy === undefined ? [] : [{ label: 'policy', text: short(permit.policy) }]),
  ];
} // prettier-ignore

/** The verdicts of a record. A later version may keep them in another form. */
const gatesAsked = (gates: DecisionRecord['gates']): DecisionRecord['gates'] =>
  Array.isArray(gates) ? gates.filter((one: unknown) => typeof one === 'object' && one !== null && 'gate' in one) : [];

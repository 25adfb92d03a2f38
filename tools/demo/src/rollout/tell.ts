import { REFUSAL_TEXT, type AuditEntry, type RefusalCode } from '@quantum/rollout-commands';
import type { GuardResult } from '@quantum/rollout-guards';
import { parseRolloutState, type RolloutPlan, type RolloutState } from '@quantum/rollout-plan';

/** An entry of the audit in words: who, and what. */
export function tellEntry(entry: AuditEntry, plan: RolloutPlan): { who: string; what: string } {
  const to = parseRolloutState(entry.to);
  const { actor, event, refusal } = entry;
  const what = actor === 'rollout' ? moveText(entry, to, plan) : commandText(entry);
  return { who: actor, what: refusal === '' ? what : `${event} refused: ${REFUSAL_TEXT[refusal as RefusalCode]}` };
}

function commandText({ event, plan, subject = '' }: AuditEntry): string {
  const { stage } = JSON.parse(subject === '' ? '{}' : subject) as { stage?: string };
  const what = stage === undefined ? 'the plan' : `stage ${stage}`;
  return `${event} ${event === 'start' ? `the plan ${plan}` : what}`;
}

function moveText({ event, guards, reason }: AuditEntry, to: RolloutState | undefined, { stages }: RolloutPlan): string {
  const nameOf = (index: number): string => stages[index]?.name ?? 'none';
  if (to === undefined) return event;
  if (event === 'slew') return `blend ${to.blend}`;
  if (event === 'advance' && to.name === 'ready') return `stage ${nameOf(to.stage)} has baked, ready for ${nameOf(to.stage + 1)}`;
  if (event === 'advance' && to.name === 'baking') return `stage ${nameOf(to.stage)} begins`;
  return `${event.toUpperCase()} by ${reasons(guards) || reason || 'the rollout'}`;
} // prettier-ignore

/** The guards that demanded it, with their numbers. */
function reasons(guards: string): string {
  const results = JSON.parse(guards === '' ? '[]' : guards) as Partial<GuardResult>[];
  return results
    .filter(({ demand }) => demand !== 'none')
    .map(({ guard, verdict, value, limit }) => `${guard} (${verdict}, ${shown(value)} with the limit ${shown(limit)})`)
    .join(', ');
}

const shown = (value: number | null | undefined): string =>
  value == null ? 'unknown' : String(Number(value.toPrecision(3)));

/** `BTCUSDT 0.95, ETHUSDT 0.963`, or that no symbol is enforced. */
export const tellMultipliers = (multipliers: ReadonlyMap<string, number>): string => {
  const below = [...multipliers].filter(([, multiplier]) => multiplier !== 1);
  const rest = multipliers.size - below.length;
  const texts = below.map(([symbol, multiplier]) => `${symbol} ${Number(multiplier.toFixed(4))}`);
  if (multipliers.size === 0) return 'every symbol at its base target';
  return [...texts, ...(rest > 0 ? [`${rest} at 1`] : [])].join(', ');
};

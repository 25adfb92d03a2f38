import { parseNumber, PERMIT_TTL_SEC, permitKey, STREAMS } from '@quantum/redis-schemas';
import { counted } from '../../texts.js';
import { applyResultOf, type AppliedPlan } from '../results.js';
import type { DecisionFacts, Facts } from '../facts.js';
import { together, type Check } from '../finding.js';

/** An Apply Layer that waits for permits takes one within about a second. */
const UNREAD_SEC = 10;
/** Fewest unconsumed permits that show that no executor takes them. */
const LEAST_PERMITS = 3;

/** Executions by plan id, the latest first. */
const appliedIn = ({ results }: Facts): ReadonlyMap<string, AppliedPlan> => {
  const applied = new Map<string, AppliedPlan>();
  for (const entry of results) {
    const one = applyResultOf(entry);
    if (one?.isExecuted && !applied.has(one.planId)) applied.set(one.planId, one);
  }
  return applied;
};

/** An executor that does not ask for permits: a refusal stops nothing. */
export const executedRefusals: Check = {
  name: 'executed-refusals',
  harm: 'danger',
  finds: 'plans that were refused and executed all the same',
  find: (facts) => {
    const applied = appliedIn(facts);
    const refused = facts.decisions.filter(({ record }) => record.outcome === 'refused');
    return together(
      refused.filter(({ record }) => applied.has(record.plan_id)),
      ({ record }, all) => ({
        key: STREAMS.applyResult,
        field: 'executed',
        value: `plan ${record.plan_id}, refused by ${record.reason}`,
        means: `${counted(all.length, 'refused plan')} of ${refused.length} executed: no gate and no kill switch of the governor binds this executor.`,
        owner: applied.get(record.plan_id)?.source ?? 'the executor',
        remedy: 'execute a plan only after taking quantum:permit:{plan_id} (docs/integration/apply-layer.md)',
      }),
    );
  },
}; // prettier-ignore

/** Permits that are not taken expire after a minute. Where all are, refusals and hints mean nothing. */
export const unreadPermits: Check = {
  name: 'unread-permits',
  harm: 'danger',
  finds: 'permits that expire unread, and executors that take another permit',
  find: (facts) => {
    const age = ({ record }: DecisionFacts): number => facts.nowSec - record.decided_at;
    const due = facts.decisions.filter(
      (one) => one.record.outcome === 'permit' && age(one) > UNREAD_SEC && age(one) < PERMIT_TTL_SEC - 1,
    );
    const unread = due.filter(({ permitTtlSec }) => permitTtlSec !== undefined);
    if (due.length < LEAST_PERMITS || unread.length < due.length / 2) return [];
    const [first] = unread;
    const isOtherTaken = unread.some(({ hasOtherPermit, record }) => hasOtherPermit || appliedIn(facts).has(record.plan_id));
    return [
      {
        key: permitKey(first?.record.plan_id ?? ''),
        value: `unread after ${Math.floor(first ? age(first) : 0)} s; ${unread.length} of ${due.length} permits`,
        means: isOtherTaken
          ? 'The executor acts without it: it reads quantum:permit:p33:{plan_id} alone. Refusals and hints do not bind it.'
          : 'They expire after 60 s. Either nothing executes, or the executor does not wait for permits.',
        owner: 'who runs the executor',
        remedy: 'take quantum:permit:{plan_id} before executing, and delete it (docs/integration/apply-layer.md)',
      },
    ];
  },
}; // prettier-ignore

/** Sizes are rounded to the lot of the exchange. */
const SIZE_TOLERANCE = 0.02;

export const ignoredHints: Check = {
  name: 'ignored-hints',
  harm: 'part',
  finds: 'hints that no consumer heeds: the size executed against the size hinted',
  find: (facts) => {
    const applied = appliedIn(facts);
    const hinted = facts.decisions.flatMap(({ record: { permit, plan_id: planId } }) => {
      const factor = parseNumber(permit?.eff_factor);
      const executedQty = applied.get(planId)?.filledQty;
      if (!permit || permit.eff_action !== 'DOWNSIZE' || factor === undefined || executedQty === undefined) return [];
      return { planId, factor, executedQty, hintedQty: permit.computed_qty * factor };
    });
    const ignored = hinted.filter(({ executedQty, hintedQty }) => executedQty > hintedQty * (1 + SIZE_TOLERANCE));
    const [first] = ignored;
    if (!first || ignored.length < hinted.length / 2) return [];
    const { planId, factor, executedQty, hintedQty } = first;
    return [
      {
        key: STREAMS.applyResult,
        field: 'filled_qty',
        value: `${executedQty} of plan ${planId}; hinted ${Number(hintedQty.toPrecision(6))} (factor ${factor})`,
        means: `${ignored.length} of ${hinted.length} hinted plans executed larger than hinted: the hint changes nothing.`,
        owner: 'who runs the executor',
        remedy: 'multiply the size by eff_factor of the permit (docs/integration/apply-layer.md#apply-the-hint)',
      },
    ];
  },
};

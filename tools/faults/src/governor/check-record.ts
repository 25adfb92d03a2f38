import type { DecisionRecord } from '@quantum/redis-schemas';
import type { CheckOptions, GovernorFindingKind } from './findings.js';
import { expectedHint } from './hint.js';
import type { Entry } from './history.js';
import { isClosing, numberOf } from './plan-kind.js';
import { LIMITS } from './settings.js';

type Flaw = [kind: GovernorFindingKind, text: string];

/** Recomputes what one decision says from its entry and its inputs. */
export function checkRecord(record: DecisionRecord, entry: Entry, options: CheckOptions): Flaw[] {
  const { outcome, permit, block, inputs } = record;
  const consistent =
    (outcome === 'permit') === (permit !== undefined) && (outcome === 'refused') === (block !== undefined);
  if (!consistent) return [['bad_record', `${outcome}, but ${JSON.stringify({ permit, block })}`]];
  if (outcome !== 'dead_letter' && inputs['closing'] !== isClosing(entry.fields)) {
    return [['bad_record', `closing: ${String(inputs['closing'])}`]];
  }
  if (permit) return permitFlaws(record, permit, entry);
  return block && options.limits ? refusalFlaws(record, block, entry) : [];
}

function permitFlaws(record: DecisionRecord, permit: NonNullable<DecisionRecord['permit']>, { fields }: Entry): Flaw[] {
  const qty = numberOf(fields['qty']) || 0;
  const priceUsd = numberOf(fields['price']) || Number(record.inputs['mark_price_usd'] ?? 0);
  const expected = {
    symbol: record.symbol,
    created_at: record.decided_at,
    computed_qty: qty,
    computed_notional: Math.min(qty * priceUsd, Number.MAX_VALUE),
    ...expectedHint(record),
  };
  return Object.entries(expected).flatMap(([name, value]): Flaw[] => {
    const said = permit[name as keyof typeof permit];
    return said === value ? [] : [['wrong_permit', `${name} is ${String(said)} and should be ${String(value)}`]];
  });
}

/** Whether the numbers of a refusal are reasons for it, under the limits of the scenarios. */
function refusalFlaws(
  record: DecisionRecord,
  block: NonNullable<DecisionRecord['block']>,
  { id, fields }: Entry,
): Flaw[] {
  const number = (name: string): number => Number(block[name]);
  const ageSec = record.decided_at - Number.parseInt(id) / 1000;
  const opening = record.inputs['closing'] === false;
  const founded: Partial<Record<string, boolean>> = {
    plan_age: ageSec > LIMITS.planMaxAgeSec,
    kill_score: opening && !(numberOf(fields['kill_score']) < LIMITS.killScoreCritical),
    symbol_cooldown: opening && number('age_sec') < LIMITS.cooldownSec,
    hourly_rate: opening && number('exec_count') >= LIMITS.maxPerHour,
    burst_rate: opening && number('exec_count') >= LIMITS.maxPer5Min,
    daily_notional:
      opening &&
      number('day_notional_usd') + (numberOf(fields['qty']) || 0) * (numberOf(fields['price']) || 0) >
        LIMITS.maxNotionalPerDayUsd,
  };
  return founded[block.reason] === true ? [] : [['unfounded_refusal', JSON.stringify(block)]];
}

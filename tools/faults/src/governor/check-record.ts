import type { DecisionRecord } from '@quantum/redis-schemas';
import type { CheckOptions, GovernorFindingKind } from './findings.js';
import { expectedHint } from './hint.js';
import type { Entry } from './history.js';
import { isBlank, isClosing, numberOf, quantityOf } from './plan-kind.js';
import type { Limits } from './settings.js';

type Flaw = [kind: GovernorFindingKind, text: string];

export function checkRecord(record: DecisionRecord, entry: Entry, options: CheckOptions): Flaw[] {
  const { outcome, permit, block, inputs } = record;
  const consistent =
    (outcome === 'permit') === (permit !== undefined) && (outcome === 'refused') === (block !== undefined);
  if (!consistent) return [['bad_record', `${outcome}, but ${JSON.stringify({ permit, block })}`]];
  if (outcome !== 'dead_letter' && inputs['closing'] !== isClosing(entry.fields, fresh(record, 'position_amt'))) {
    return [['bad_record', `closing: ${String(inputs['closing'])}`]];
  }
  if (permit) return permitFlaws(record, permit, entry);
  if (!block || !options.limits) return [];
  const { planMaxAgeSec = options.limits.planMaxAgeSec } = options;
  return refusalFlaws(record, block, entry, { ...options.limits, planMaxAgeSec });
}

/** A number of the position, if it was fresh when the plan was decided. */
function fresh({ inputs, decided_at: nowSec }: DecisionRecord, name: string): number | undefined {
  const [value, tsSec] = [inputs[name], inputs['position_ts']];
  if (typeof value !== 'number' || typeof tsSec !== 'number') return undefined;
  return nowSec - tsSec <= 300 && tsSec - nowSec <= 60 ? value : undefined;
}

/** USD: the stated notional, else by the plan's price, else by the mark price; 0 if unknown. */
function notionalOf(record: DecisionRecord, fields: Entry['fields']): number {
  if (!isBlank(fields['notional_usd'])) return Math.max(0, numberOf(fields['notional_usd'])) || 0;
  const price = [fields['price'], fields['entry_price']].map(numberOf).find((usd) => usd > 0);
  const usd = quantityOf(fields) * (price ?? fresh(record, 'mark_price_usd') ?? 0);
  return Math.min(usd, Number.MAX_VALUE);
}

function permitFlaws(record: DecisionRecord, permit: NonNullable<DecisionRecord['permit']>, { fields }: Entry): Flaw[] {
  const expected = {
    symbol: record.symbol,
    created_at: record.decided_at,
    computed_qty: quantityOf(fields),
    computed_notional: notionalOf(record, fields),
    ...expectedHint(record),
  };
  return Object.entries(expected).flatMap(([name, value]): Flaw[] => {
    const said = permit[name as keyof typeof permit];
    return said === value ? [] : [['wrong_permit', `${name} is ${String(said)} and should be ${String(value)}`]];
  });
}

/** Whether the numbers of a refusal justify it under these limits. */
function refusalFlaws(
  record: DecisionRecord,
  block: NonNullable<DecisionRecord['block']>,
  { id, fields }: Entry,
  limits: Limits,
): Flaw[] {
  const number = (name: string): number => Number(block[name]);
  const ageSec = record.decided_at - Number.parseInt(id) / 1000;
  const opening = record.inputs['closing'] === false;
  const founded: Partial<Record<string, boolean>> = {
    kill_switch: record.inputs['kill_switch'] === true,
    disarmed: opening && record.inputs['disarmed'] === true,
    plan_age: ageSec > limits.planMaxAgeSec,
    kill_score:
      opening && !isBlank(fields['kill_score']) && !(numberOf(fields['kill_score']) < limits.killScoreCritical),
    symbol_cooldown: opening && number('age_sec') < limits.cooldownSec,
    hourly_rate: opening && number('exec_count') >= limits.maxPerHour,
    burst_rate: opening && number('exec_count') >= limits.maxPer5Min,
    daily_notional: opening && number('day_notional_usd') + notionalOf(record, fields) > limits.maxNotionalPerDayUsd,
  };
  return founded[block.reason] === true ? [] : [['unfounded_refusal', JSON.stringify(block)]];
}

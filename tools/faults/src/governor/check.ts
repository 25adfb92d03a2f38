import { isDeepStrictEqual } from 'node:util';
import { DecisionRecordSchema, parseJson } from '@quantum/redis-schemas';
import { checkCounting } from './check-counting.js';
import { checkRecord } from './check-record.js';
import { checkTimes } from './check-times.js';
import { AHEAD_SEC, mayHaveExpired } from './expiry.js';
import type { CheckOptions, Decided, GovernorFinding, Report } from './findings.js';
import type { Entry, History } from './history.js';
import { checkLimits, type Granted } from './limits.js';
import { isClosing, kindOf } from './plan-kind.js';
import { recordOf } from './record-text.js';
import { LIMITS } from './settings.js';

/** Approximate length of the event stream; earlier events were trimmed by design. */
const EVENTS_KEPT = 10_000;
/** Lists every fault of a whole history. Pure; knows the contract, and nothing of the services. */
export function checkHistory(history: History, options: CheckOptions): GovernorFinding[] {
  const findings: GovernorFinding[] = [];
  const report: Report = (kind, text) => void findings.push({ kind, text });

  const decided = readRecords(history, report);
  for (const { id, fields } of history.plans) {
    const planId = fields['plan_id'] ?? '';
    if (kindOf(fields) === 'plan' && !history.records.has(planId)) report('undecided', `plan ${planId} (entry ${id})`);
  }
  checkPermits(history, decided, options, report);
  checkTimes(history, options.stops ?? [], options.planMaxAgeSec ?? LIMITS.planMaxAgeSec, report);
  const firstEventSec = history.events.length < EVENTS_KEPT ? 0 : Number.parseInt(history.events[0]?.id ?? '0') / 1000;
  const refusals = new Set(history.events.filter(isRefusal).map(({ fields }) => fields['plan_id'] ?? ''));
  for (const { record, entry } of decided.values()) {
    for (const [kind, text] of checkRecord(record, entry, options)) report(kind, `plan ${record.plan_id}: ${text}`);
    if (record.outcome === 'dead_letter' && options.allAnswered) {
      report(
        'dead_lettered',
        `plan ${record.plan_id}, ${isClosing(entry.fields, undefined) ? 'an exit' : 'an open'}: ${record.error ?? ''}`,
      );
    }
    if (record.outcome !== 'refused') continue;
    const block = history.blocks.get(record.plan_id);
    if (block === undefined) {
      if (!mayHaveExpired(record, history)) report('block_missing', `plan ${record.plan_id}`);
    } else if (!sameJson(block, record.block)) report('contradicting_block', `plan ${record.plan_id}: ${block}`);
    const eventKept = record.decided_at - AHEAD_SEC > firstEventSec;
    if (eventKept && !refusals.has(record.plan_id)) report('event_missing', `plan ${record.plan_id}`);
  }
  checkReports(history, decided, report);
  if (options.limits) {
    for (const { kind, text } of checkLimits(grantedOf(decided), options.limits)) report(kind, text);
    checkCounting(history, decided, report);
  }
  const { pending, undelivered } = history;
  if (pending + undelivered > 0) report('pending', `${pending} entries pending, ${undelivered} undelivered`);
  return findings;
}

const isRefusal = ({ fields }: Entry): boolean => fields['event'] === 'PLAN_REFUSED';

function readRecords({ records, plans }: History, report: Report): Map<string, Decided> {
  const entries = new Map(plans.map((entry) => [entry.id, entry]));
  const decided = new Map<string, Decided>();
  for (const [planId, json] of records) {
    const parsed = DecisionRecordSchema.safeParse(recordOf(json));
    if (!parsed.success) {
      report('bad_record', `plan ${planId}: ${json}`);
      continue;
    }
    const entry = entries.get(parsed.data.entry_id);
    const itsOwn =
      entry?.fields['plan_id'] === planId &&
      parsed.data.plan_id === planId &&
      parsed.data.symbol === entry.fields['symbol'] &&
      kindOf(entry.fields) === 'plan';
    if (itsOwn) decided.set(planId, { record: parsed.data, entry });
    else report('wrong_record', `plan ${planId} is no plan of entry ${parsed.data.entry_id}: ${json}`);
  }
  return decided;
}

function checkPermits(
  { permits }: History,
  decided: ReadonlyMap<string, Decided>,
  { allConsumed }: CheckOptions,
  report: Report,
): void {
  const consumed = new Set<string>();
  for (const { planId, json } of permits) {
    if (consumed.has(planId)) report('consumed_twice', `plan ${planId}`);
    consumed.add(planId);
    const permit = decided.get(planId)?.record.permit;
    if (!permit) report('permit_without_record', `plan ${planId}: ${json}`);
    else if (!sameJson(json, permit)) report('permit_differs', `plan ${planId}: ${json}`);
  }
  if (!allConsumed) return;
  for (const [planId, { record }] of decided) {
    if (record.permit && !consumed.has(planId)) report('permit_lost', `plan ${planId}`);
  }
}

/** The reports other than the records: they must agree with the records. */
function checkReports(history: History, decided: ReadonlyMap<string, Decided>, report: Report): void {
  for (const [planId, json] of history.blocks) {
    const record = decided.get(planId)?.record;
    if (record?.outcome !== 'refused') report('contradicting_block', `plan ${planId} was not refused: ${json}`);
  }
  for (const { fields } of history.events.filter(isRefusal)) {
    const record = decided.get(fields['plan_id'] ?? '')?.record;
    const agrees =
      record?.outcome === 'refused' &&
      String(record.decided_at) === fields['timestamp'] &&
      record.reason === fields['reason'] &&
      record.symbol === fields['symbol'];
    if (!agrees) report('contradicting_event', `plan ${fields['plan_id'] ?? ''}: ${JSON.stringify(fields)}`);
  }
  const letters = new Set(history.deadLetters.map(({ fields }) => fields['entry_id']));
  for (const { id, fields } of history.plans) {
    const record = decided.get(fields['plan_id'] ?? '')?.record;
    const dead = kindOf(fields) === 'garbage' || (record?.outcome === 'dead_letter' && record.entry_id === id);
    if (dead && !letters.has(id)) report('not_dead_lettered', `entry ${id}: ${JSON.stringify(fields)}`);
  }
}

const grantedOf = (decided: ReadonlyMap<string, Decided>): Granted[] =>
  [...decided.values()].flatMap(({ record: { plan_id: planId, symbol, decided_at: atSec, permit, inputs } }) =>
    permit
      ? [{ planId, symbol, atSec, opening: inputs['closing'] === false, notionalUsd: permit.computed_notional }]
      : [],
  );

const sameJson = (text: string, value: unknown): boolean => isDeepStrictEqual(parseJson(text), value);

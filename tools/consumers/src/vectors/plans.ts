import { gateFieldsOf } from '@quantum/decisions';
import { gateLimits } from '@quantum/policy';
import { entryIdMs, full, parsePlan, parsePosition, POSITION_FIELDS } from '@quantum/redis-schemas';
import { exceedsPosition, freshPosition, notionalOf, type GateInput } from '@quantum/risk-gates';
import { governorDefinition } from '@quantum/service-config';
import { loadConfig } from '@quantum/service-kit';
import { PLAN_DEFAULTS, PLAN_GATES } from './defaults.js';
import type { Env, Vectors } from './file.js';
import { PLAN_CASES, type Given } from './plan-cases.js';

function answer({ now, id, plan: fields, position: hash }: Given, config: Env): object {
  const entry = parsePlan(fields);
  if (entry.kind === 'invalid') return { dead_letter: entry.reason };
  if (entry.kind === 'not_execute') return { skipped: entry.decision };
  const { plan } = entry;
  const limits = gateLimits(loadConfig(governorDefinition, config).config);
  const read = hash
    ? { readable: true as const, value: parsePosition(POSITION_FIELDS.map((name) => hash[name] ?? null)) }
    : { readable: false as const };
  const position = freshPosition(read, now, limits.maxFutureSec);
  const closing = plan.closing && !exceedsPosition(plan, position);
  const notionalUsd = notionalOf(plan, position);
  const input = {
    ...gateFieldsOf(plan.fields),
    priceUsd: plan.priceUsd,
    timestampSec: plan.timestampSec,
    nowSec: now,
    serverSec: now,
    submittedSec: entryIdMs(id) / 1000,
    closing,
    position: read,
  };
  const refused = PLAN_GATES.filter(({ appliesTo }) => appliesTo === 'all' || !closing).filter(
    (gate) => gate.evaluate(input as GateInput, limits).refused,
  );
  return {
    closing,
    stop_update: plan.stopUpdate,
    side: plan.side ?? '',
    computed_qty: plan.qtyText ?? '0',
    notional: full(notionalUsd),
    unreadable_fields: plan.unreadableFields,
    refused_by: refused.map(({ name }) => name),
  };
}

const LIST = new Intl.ListFormat('en-GB');

/** The classification of a plan, and the content of its permit. */
export const plans: Vectors<Given> = {
  about:
    'What an entry of the plan stream is taken for: a plan, an entry that asks for nothing (skipped), or a dead letter. ' +
    'Of a plan: computed_qty as its permit has it, the notional (empty: unknown), the fields that count as absent because they ' +
    `cannot be read, and which of the gates ${LIST.format(PLAN_GATES.map(({ name }) => name))} refuse it. now is also the clock of Redis. ` +
    'position: the fields of the hash that are there; null: the key could not be read. See docs/integration/apply-layer.md, Fields of a plan.',
  config: PLAN_DEFAULTS,
  cases: PLAN_CASES,
  answer,
};

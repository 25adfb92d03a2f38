import { SCORE_ENTRY_FIELDS, SCORE_HASH_FIELDS } from '@quantum/decisions';
import { EFFICIENCY_REASON_TEXT } from '@quantum/efficiency-policy';
import {
  ANNOTATE_RESULTS,
  DEADLETTER_REASON_TEXT,
  describeMetrics,
  ENTRY_RESULT_TEXT,
  GOVERNOR_ERRORS,
  SKIP_REASON_TEXT,
} from '@quantum/metrics';
import {
  BlockSchema,
  DecisionRecordSchema,
  EXECUTION_RESULT_TEXT,
  GOVERNOR_EVENTS,
  KEY_TABLE,
  PermitSchema,
  PROPOSAL_HASH_FIELDS,
  PROPOSAL_STREAM_FIELDS,
  ShortInputsSchema,
  ShortRecordSchema,
} from '@quantum/redis-schemas';
import { GATES } from '@quantum/risk-gates';
import { REFUSAL_TEXT } from '@quantum/rollout-commands';
import { GUARDS } from '@quantum/rollout-guards';
import { portOf, SERVICES, type ServiceEntry } from '@quantum/service-config';
import { describeVariables } from '@quantum/service-kit';
import { DEFAULT_LIMITS, DEFAULT_THRESHOLDS, definitionOf, limitIn } from '@quantum/shadow-evidence';
import { fieldRows, type ObjectSchema } from './fields.js';
import {
  BUDGET_INPUTS,
  EFFICIENCY_INPUTS,
  PLAN_INPUTS,
  POSITION_INPUTS,
  TARGET_INPUTS,
  type InputField,
} from './input-fields.js';
import { code, table } from './markdown.js';
import { serverNote, serverTable } from './servers.js';

const keys = (): string =>
  table(
    ['Key', 'Type', 'Lives', 'Written by', 'Read by', 'Holds'],
    KEY_TABLE.map(({ key, type, lifetime, writer, readers, holds }) => [
      code(key),
      type,
      lifetime,
      writer,
      readers,
      holds,
    ]),
  );

/** Forms of a URL that are longer than all else in a table. */
const SHOWN_ELSEWHERE: Readonly<Record<string, string>> = {
  REDIS_URL: 'a URL in [one of these forms](../reliability.md#redis-as-it-is-run)',
};

const variableRows = ({ definition }: ServiceEntry): string[][] =>
  describeVariables(definition).map((row) => [
    code(row.name),
    code(row.default),
    SHOWN_ELSEWHERE[row.name] ?? `${row.allowed}${row.unit === '' ? '' : `, ${row.unit}`}`,
    row.aliases.length === 0 ? row.describe : `${row.describe} (also accepted: ${row.aliases.map(code).join(', ')})`,
  ]);

/** Whether every service has this row: the same variable, default and meaning. */
const isShared = (row: readonly string[]): boolean =>
  SERVICES.every((service) => variableRows(service).some((other) => other.join() === row.join()));

const variables = (rows: string[][]): string => table(['Variable', 'Default', 'Must be', 'Meaning'], rows);

const ports = (): string =>
  table(
    ['Service', 'Job', 'Port'],
    SERVICES.map((service) => [service.app, code(`quantum-${service.name}`), String(portOf(service))]),
  );

const METRICS = describeMetrics();
const metrics = (app: string): string =>
  table(
    ['Metric', 'Type', 'Labels', 'Meaning'],
    METRICS.filter((row) => [app, 'every'].includes(row.service)).map(({ name, type, labels, help }) => [
      code(name),
      type,
      Object.keys(labels).map(code).join(', '),
      help,
    ]),
  );

const reasons = (texts: Readonly<Record<string, string>>): string =>
  table(
    ['Code', 'When'],
    Object.entries(texts).map(([reason, text]) => [code(reason), text]),
  );

const gates = (): string =>
  table(
    ['Gate and code', 'Refuses when', 'Asked for', 'Mode variable'],
    GATES.map(({ name, summary, appliesTo }) => [
      code(name),
      summary,
      appliesTo === 'all' ? 'all plans' : 'opening plans',
      code(`GOV_GATE_${name.toUpperCase()}`),
    ]),
  );

const guards = (): string =>
  table(
    ['Guard', 'Breaches when', 'Then', 'UNKNOWN', 'Unit', 'Limits and their defaults'],
    GUARDS.map(({ name, summary, onBreach, onUnknown, unit, limits, ...guard }) => [
      code(name),
      summary,
      'onSecondBreach' in guard ? `${onBreach}; a second time in a day: ${guard.onSecondBreach}` : onBreach,
      onUnknown,
      unit,
      Object.entries(limits)
        .map(([limit, { default: value, describe }]) => `${code(limit)} ${value ?? '(no default)'}: ${describe}`)
        .join('<br>'),
    ]),
  );

/** Fields of an object that the services write, with their JSON types. */
const fields = (schema: ObjectSchema): string =>
  table(
    ['Field', 'Type', 'Always there', 'Meaning'],
    fieldRows(schema).map(({ name, type, optional, meaning }) => [code(name), type, optional ? 'no' : 'yes', meaning]),
  );

/** Fields that the services read from other teams. */
const inputs = (list: readonly InputField[]): string =>
  table(
    ['Field', 'Holds', 'Required', 'Where it is absent or blank'],
    list.map(({ name, holds, required, absent }) => [code(name), holds, required ? 'yes' : 'no', absent]),
  );

/** Fields of a stream's entry and of the hash beside it. */
const entryAndHash = (hashTitle: string, ofEntry: readonly string[], ofHash: readonly string[]): string => {
  const has = (list: readonly string[], name: string): string => (list.includes(name) ? 'yes' : '-');
  return table(
    ['Field', 'Stream entry', hashTitle],
    [...new Set([...ofEntry, ...ofHash])].map((name) => [code(name), has(ofEntry, name), has(ofHash, name)]),
  );
};

const thresholds = (): string =>
  table(
    ['Figure', 'Id', 'Limit', 'Least sample', 'Least covered hours', 'Because'],
    Object.entries(DEFAULT_THRESHOLDS.lines).map(([id, line]) => [
      `${definitionOf(id)?.label}${line.optional ? ' (with prices)' : ''}`,
      code(id),
      limitIn(definitionOf(id)?.unit ?? 'count', line),
      line.minN.toLocaleString('en-US'),
      String(line.minHours ?? DEFAULT_THRESHOLDS.minHours),
      DEFAULT_LIMITS[id]?.because ?? '',
    ]),
  );

/** Every generated list, by the name that a document asks for it. */
export const TABLES: Readonly<Record<string, () => string>> = {
  keys,
  'variables:shared': () => variables(SERVICES.slice(0, 1).flatMap(variableRows).filter(isShared)),
  ...Object.fromEntries(
    SERVICES.map((service) => [
      `variables:${service.app}`,
      () => variables(variableRows(service).filter((row) => !isShared(row))),
    ]),
  ),
  ...Object.fromEntries(METRICS.map(({ service }) => [`metrics:${service}`, () => metrics(service)])),
  ports,
  servers: serverTable,
  'servers:note': serverNote,
  'reasons:efficiency': () => reasons(EFFICIENCY_REASON_TEXT),
  'reasons:skip': () => reasons(SKIP_REASON_TEXT),
  'reasons:deadletter': () => reasons(DEADLETTER_REASON_TEXT),
  'reasons:events': () => reasons(GOVERNOR_EVENTS),
  'reasons:errors': () => reasons(GOVERNOR_ERRORS),
  'reasons:executions': () => reasons({ ...EXECUTION_RESULT_TEXT, ...ENTRY_RESULT_TEXT }),
  'reasons:annotate': () => reasons(ANNOTATE_RESULTS),
  'reasons:commands': () => reasons(REFUSAL_TEXT),
  gates,
  'rollout:guards': guards,
  thresholds,
  'fields:proposal': () => entryAndHash('Shadow hash', PROPOSAL_STREAM_FIELDS, PROPOSAL_HASH_FIELDS),
  'fields:score': () => entryAndHash('Hash', SCORE_ENTRY_FIELDS, SCORE_HASH_FIELDS),
  'inputs:plan': () => inputs(PLAN_INPUTS),
  'inputs:target': () => inputs(TARGET_INPUTS),
  'inputs:efficiency': () => inputs(EFFICIENCY_INPUTS),
  'inputs:budget': () => inputs(BUDGET_INPUTS),
  'inputs:position': () => inputs(POSITION_INPUTS),
  'fields:permit': () => fields(PermitSchema),
  'fields:block': () => fields(BlockSchema),
  'fields:record': () => fields(DecisionRecordSchema),
  'fields:short-record': () => fields(ShortRecordSchema),
  'fields:short-inputs': () => fields(ShortInputsSchema),
};

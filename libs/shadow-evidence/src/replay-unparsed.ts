import { replayDecision, INPUT_NAMES, type ReplaySettings } from '@quantum/decisions';
import type { DecisionRecord, Permit } from '@quantum/redis-schemas';
import { EscapedJson, escapedJson } from './escaped-json.js';
import { isRecord } from './parse-record.js';

type Inputs = DecisionRecord['inputs'];
type GateResult = DecisionRecord['gates'][number];

/**
 * Finds the settings of a plan by the hashes of its limits and of its hint's parameters; undefined where one is not
 * known.
 */
export type FindSettings = (
  limits: string,
  hint: string | undefined,
  mode: Permit['mode'],
) => ReplaySettings | undefined;

/** A line of a decision that its replay gives to the byte. */
export interface SameDecision {
  kind: 'same';
  plan_id: string;
  record: DecisionRecord;
}

/**
 * Replays the plan of a recording's line without parsing it: to parse JSON, and to write it again to compare it, took a
 * third of a replay, collecting garbage apart. Undefined where the line is another one, or not surely the same to the
 * byte: that one is to be parsed. Records of earlier versions, which have the gates first or no limits, are among
 * those.
 */
export function replayUnparsed(line: string, find: FindSettings): SameDecision | undefined {
  const json = new EscapedJson(line);
  if (!json.takes('{"kind":"decision","plan_id":"')) return undefined;
  const plan_id = json.plainText();
  const record = json.takes('","json":"') ? replayRecord(json, find) : undefined;
  return record && json.takes('"}') && json.at === line.length ? { kind: 'same', plan_id, record } : undefined;
}

function replayRecord(json: EscapedJson, find: FindSettings): DecisionRecord | undefined {
  const recorded = headOf(json);
  if (!recorded?.limits) return undefined;
  // What is read ahead is compared below in its place.
  const hint = recorded.outcome === 'permit' ? lastTextAfter(json, BEFORE.policy) : undefined;
  const policy = find(recorded.limits, hint, lastTextAfter(json, BEFORE.mode) as Permit['mode']);
  if (!policy) return undefined;
  if (hint !== undefined) recorded.permit = { policy: hint } as Permit;
  const replayed = replayDecision(recorded, policy);
  if (replayed.kind !== 'decided') return undefined;
  const { record } = replayed;
  const isSame =
    recorded.outcome === record.outcome &&
    recorded.reason === record.reason &&
    recorded.inputs === record.inputs &&
    takesDecision(json, record);
  // Equal texts: the replayed record is what parsing the text would give.
  return isSame && isRecord(record) ? record : undefined;
}

/** A field's name, and the field that came after it last: mostly it does again, and need not be looked up. */
interface Field {
  readonly name: string;
  /** Its JSON up to the value. */
  readonly start: string;
  next: Field | undefined;
  /** The number of the reading in which it was met last. */
  reading: number;
}
const fieldOf = (name: string): Field => ({ name, start: `${escapedJson(name)}:`, next: undefined, reading: 0 });
const startOf = (name: string): string => `,${fieldOf(name).start}`;

/** What is before each value of a record that is read here. */
const BEFORE = {
  plan_id: `{${fieldOf('v').start}1${startOf('plan_id')}`,
  symbol: startOf('symbol'),
  entry_id: startOf('entry_id'),
  decided_at: startOf('decided_at'),
  outcome: startOf('outcome'),
  reason: startOf('reason'),
  limits: startOf('limits'),
  inputs: `${startOf('inputs')}{`,
  block: startOf('block'),
  gates: startOf('gates'),
  permit: startOf('permit'),
  mode: startOf('mode'),
  policy: startOf('policy'),
};

/** The fields from which the others follow, beside those that are copied. */
function headOf(json: EscapedJson): DecisionRecord | undefined {
  const plan_id = textAfter(json, BEFORE.plan_id);
  const symbol = textAfter(json, BEFORE.symbol);
  const entry_id = textAfter(json, BEFORE.entry_id);
  const decided_at = json.takes(BEFORE.decided_at) ? json.number() : undefined;
  const outcome = textAfter(json, BEFORE.outcome) as DecisionRecord['outcome'] | undefined;
  const reason = textAfter(json, BEFORE.reason);
  const limits = textAfter(json, BEFORE.limits);
  if (plan_id === undefined || symbol === undefined || entry_id === undefined || decided_at === undefined)
    return undefined;
  if (outcome === undefined || reason === undefined || limits === undefined) return undefined;
  const inputs = json.takes(BEFORE.inputs) ? inputsOf(json) : undefined;
  return inputs && { v: 1, plan_id, symbol, entry_id, decided_at, outcome, reason, limits, inputs, gates: [] };
}

const textAfter = (json: EscapedJson, before: string): string | undefined =>
  json.takes(before) ? json.string() : undefined;

/** The text behind the last of these in the line. */
function lastTextAfter({ text }: EscapedJson, before: string): string | undefined {
  const json = new EscapedJson(text);
  json.at = text.lastIndexOf(before);
  return json.at < 0 ? undefined : textAfter(json, before);
}

// `qty_text` is in the permit as it is: only parsing shows what it means there.
const INPUTS = new Map(INPUT_NAMES.filter((name) => name !== 'qty_text').map((name) => [name, fieldOf(name)]));
const FIRST_INPUT = fieldOf('');
/** Copied: to add field by field takes three times as long. */
let readings = 0;
const NO_INPUTS = Object.fromEntries([...INPUTS.keys()].map((name) => [name, undefined as Inputs[string] | undefined]));

/** Inputs with names that this program knows, in any order, up to their end. Those that are not there are undefined. */
function inputsOf(json: EscapedJson): Inputs | undefined {
  const inputs = { ...NO_INPUTS };
  const reading = (readings += 1);
  let last = FIRST_INPUT;
  do {
    const field = nextInput(json, last);
    const value = json.scalar();
    if (!field || field.reading === reading || value === undefined) return undefined;
    field.reading = reading;
    inputs[field.name] = value;
    last = field;
  } while (json.takes(','));
  return json.takes('}') ? (inputs as Inputs) : undefined;
}

function nextInput(json: EscapedJson, last: Field): Field | undefined {
  if (last.next && json.takes(last.next.start)) return last.next;
  const found = INPUTS.get(json.string() ?? '');
  if (!found || !json.takes(':')) return undefined;
  return (last.next = found);
}

/** Takes all that follows from the inputs. */
const takesDecision = (json: EscapedJson, { block, gates, permit }: DecisionRecord): boolean =>
  (!block || (json.takes(BEFORE.block) && json.takes(escapedJson(block)))) &&
  json.takes(BEFORE.gates) &&
  takesGates(json, gates) &&
  (!permit || (json.takes(BEFORE.permit) && json.takes(escapedJson(permit)))) &&
  json.takes('}');

/** Results of gates are made once, so their JSON is too. */
const gateTexts = new WeakMap<GateResult, string>();

function takesGates(json: EscapedJson, gates: readonly GateResult[]): boolean {
  let before = '[';
  for (const result of gates) {
    let text = gateTexts.get(result);
    if (text === undefined) gateTexts.set(result, (text = escapedJson(result)));
    if (!json.takes(before) || !json.takes(text)) return false;
    before = ',';
  }
  return json.takes(']');
}

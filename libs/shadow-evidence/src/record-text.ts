import { permitJson, recordJson } from '@quantum/decisions';
import type { DecisionRecord } from '@quantum/redis-schemas';

type GateResult = DecisionRecord['gates'][number];

/** Most names of fields that are kept: a file may have any. */
const MOST_STARTS = 100;
const starts = new Map<string, string>();
const texts = new WeakMap<GateResult, string>();

/** The JSON of a field's name, up to its value. */
function startOf(name: string): string {
  const known = starts.get(name);
  if (known !== undefined) return known;
  const made = `${JSON.stringify(name)}:`;
  if (starts.size < MOST_STARTS) starts.set(name, made);
  return made;
}

/** A result's JSON. Results of gates are made once, so their texts are too. */
function gateText(result: GateResult): string {
  const known = texts.get(result);
  if (known !== undefined) return known;
  const made = JSON.stringify(result);
  texts.set(result, made);
  return made;
}

const gateTexts = ({ gates }: DecisionRecord): string => `[${gates.map(gateText).join()}]`;

function valueText(name: keyof DecisionRecord, record: DecisionRecord): string {
  if (name === 'gates') return gateTexts(record);
  return name === 'permit' && record.permit ? permitJson(record.permit, record.inputs) : JSON.stringify(record[name]);
}

/**
 * The JSON of a record that was decided again, with its fields in the order in which the recorded one has them:
 * versions of the governor differ in that alone. One of version 2 has one order. Undefined where it is the recorded
 * JSON.
 */
export function otherText(json: string, recorded: DecisionRecord, record: DecisionRecord): string | undefined {
  if (recorded.v === 2) {
    const again = recordJson(record);
    return again === json ? undefined : again;
  }
  const names = Object.keys(recorded) as (keyof DecisionRecord)[];
  for (const name of Object.keys(record) as (keyof DecisionRecord)[])
    if (!Object.hasOwn(recorded, name)) names.push(name);
  // Field by field: to put the whole text together takes longer. By slices: `startsWith` takes five times as long.
  let at = 0;
  const follows = (text: string): boolean => json.slice(at, (at += text.length)) === text;
  for (const name of names) {
    if (record[name] === undefined) continue;
    if (follows(at === 0 ? '{' : ',') && follows(startOf(name)) && follows(valueText(name, record))) continue;
    return recordJson(record, names);
  }
  return json.slice(at) === '}' ? undefined : recordJson(record, names);
}

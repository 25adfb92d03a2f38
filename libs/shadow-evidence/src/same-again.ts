import { decideAgain, qtyTextOf, type GovernorPolicy } from '@quantum/decisions';
import type { DecisionRecord, Permit } from '@quantum/redis-schemas';
import { isInputs, isRecord } from './parse-record.js';
import { gatesText, permitText } from './record-text.js';

/** Finds the policy of a plan by the hashes of its limits and of its hint's parameters; undefined where one is not known. */
export type FindPolicy = (limits: string, hint: string | undefined, mode: Permit['mode']) => GovernorPolicy | undefined;

const GATES = ',"gates":[';
const MODE = ',"mode":"';
/** A permit's JSON ends with the hash of its policy: `"policy":"4bd977d42c9c"}}`. */
const HASH_START = -15;
const HASH_END = -3;
/** Fields before the gates: those from `v` to `limits`, and `inputs`. */
const HEAD_FIELDS = 9;

/**
 * Decides a plan again from the first part of its record, which ends before the gates, and compares the second part as text
 * without parsing it. Returns the record where deciding gives its JSON to the byte. Undefined for any other: that one is parsed
 * as a whole. Records of earlier versions, which have the gates first or no limits, are among those.
 */
export function sameAgain(json: string, find: FindPolicy): DecisionRecord | undefined {
  const at = json.indexOf(GATES);
  const head = `${json.slice(0, at)}}`;
  const recorded = at < 0 ? undefined : headOf(head);
  if (!recorded?.limits || Object.keys(recorded).length !== HEAD_FIELDS + ('block' in recorded ? 1 : 0))
    return undefined;
  const hint = recorded.outcome === 'permit' ? json.slice(HASH_START, HASH_END) : undefined;
  // What is read by its place in the text is compared below as part of it.
  const modeAt = json.lastIndexOf(MODE) + MODE.length;
  const mode = json.slice(modeAt, json.indexOf('"', modeAt)) as Permit['mode'];
  const policy = find(recorded.limits, hint, mode);
  if (!policy) return undefined;
  if (hint !== undefined) recorded.permit = { policy: hint } as Permit;
  const again = decideAgain(recorded, policy);
  if (again.kind !== 'decided' || !isSameHead(recorded, again.record)) return undefined;
  // Equal texts: the record that was decided again is what parsing the text would give.
  return `${gatesText(again.record)}${permitText(again.record)}}` === json.slice(at) && isRecord(again.record)
    ? again.record
    : undefined;
}

/** The fields before the gates, where their JSON is what they would be written as. */
function headOf(head: string): DecisionRecord | undefined {
  try {
    const value = JSON.parse(head) as DecisionRecord;
    const { v }: { v: unknown } = value;
    // `qty_text` is in the permit as it is: only parsing shows what it means there.
    return v === 1 && isInputs(value.inputs) && qtyTextOf(value.inputs) === undefined && JSON.stringify(value) === head
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the fields before the gates that are decided are the recorded ones. The others are copies of them. */
const isSameHead = (recorded: DecisionRecord, again: DecisionRecord): boolean =>
  recorded.outcome === again.outcome &&
  recorded.reason === again.reason &&
  recorded.inputs === again.inputs &&
  JSON.stringify(recorded.block) === JSON.stringify(again.block);

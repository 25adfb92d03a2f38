import { ExistingRecordSchema, parseJson, type DecisionRecord, type Permit } from '@quantum/redis-schemas';
import { qtyTextOf } from './inputs/facts.js';
import type { Inputs } from './inputs/schema.js';
import { longRecord } from './short/decode.js';
import { shortRecord } from './short/encode.js';

/**
 * A permit's JSON. `computed_qty` has the plan's own digits where `inputs` keep them as `qty_text`: a double has 17 of
 * them at most, and may be larger than the quantity that was asked for.
 */
export function permitJson(permit: Permit, inputs: Inputs): string {
  const json = JSON.stringify(permit);
  const qtyText = qtyTextOf(inputs);
  if (qtyText === undefined) return json;
  // Quotes within strings are escaped: this is the field's name, and nothing else.
  return json.replace(/"computed_qty":[^,}]*/, () => `"computed_qty":${qtyText}`);
}

/**
 * A record's JSON, as its version writes it. One of version 1 has its fields in this order, and its permit as
 * `permitJson` writes it.
 */
export function recordJson(
  record: DecisionRecord,
  names = Object.keys(record) as readonly (keyof DecisionRecord)[],
): string {
  if (record.v === 2) return JSON.stringify(shortRecord(record));
  const fields = names.flatMap((name) => {
    const { [name]: value, permit, inputs } = record;
    if (value === undefined) return [];
    return `${JSON.stringify(name)}:${name === 'permit' && permit ? permitJson(permit, inputs) : JSON.stringify(value)}`;
  });
  return `{${fields.join(',')}}`;
}

/** A record as Redis has it, of any version; undefined where it is not one of ours. */
export function readRecord(json: string): DecisionRecord | undefined {
  const value = longRecord(parseJson(json));
  // The schema takes no input that is undefined.
  return ExistingRecordSchema.safeParse(value === undefined ? value : JSON.parse(JSON.stringify(value))).data;
}

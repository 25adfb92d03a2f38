import { planNumber, type DecisionRecord, type PlanFieldTexts } from '@quantum/redis-schemas';
import { GATE_FIELDS, type GateFieldName, type GateFields } from '@quantum/risk-gates';

type Value = GateFields[keyof GateFields];

/** The plan fields that gates declare, under their names in the entry: as records keep them, null if absent. */
export type RecordedFields = { [Name in GateFieldName]: number | null | 'unreadable' };

/** What a plan's entry says in the fields that gates declare. Total: any text gives a value. */
export function gateFieldsOf(texts: PlanFieldTexts): GateFields {
  const values: Partial<Record<keyof GateFields, Value>> = {};
  for (const [property, { field }] of GATE_FIELDS) values[property] = planNumber(texts[field]);
  return values as GateFields;
}

/** Declared plan fields as a record's inputs. */
export function recordedFields(values: GateFields): RecordedFields {
  const recorded: Partial<RecordedFields> = {};
  for (const [property, { field }] of GATE_FIELDS) recorded[field] = values[property] ?? null;
  return recorded as RecordedFields;
}

/** The reverse of `recordedFields`; undefined where the record, maybe of an earlier version, has no such field. */
export function fieldsInRecord(inputs: DecisionRecord['inputs']): GateFields {
  const values: Partial<Record<keyof GateFields, Value>> = {};
  for (const [property, { field }] of GATE_FIELDS) {
    const value = inputs[field];
    values[property] = value === 'unreadable' || Number.isFinite(value) ? (value as Value) : undefined;
  }
  return values as GateFields;
}

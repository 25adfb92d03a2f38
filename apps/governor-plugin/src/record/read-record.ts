import { ExistingRecordSchema, parseJson, type DecisionRecord } from '@quantum/redis-schemas';

/** A record as Redis has it; undefined where it is not one of ours. */
export function readRecord(json: string): DecisionRecord | undefined {
  return ExistingRecordSchema.safeParse(parseJson(json)).data;
}

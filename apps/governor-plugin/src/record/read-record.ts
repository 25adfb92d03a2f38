import { ExistingRecordSchema, type DecisionRecord } from '@quantum/redis-schemas';

/** A record as Redis has it; undefined where it is not one of ours. */
export function readRecord(json: string): DecisionRecord | undefined {
  try {
    return ExistingRecordSchema.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}

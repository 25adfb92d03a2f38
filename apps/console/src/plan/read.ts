import { readRecord } from '@quantum/decisions';
import { explainDecision } from '@quantum/read-model';
import { runBatch, type Redis } from '@quantum/redis-io';
import { decidedKey, MAX_RECORD_BYTES } from '@quantum/redis-schemas';
import type { PlanWords } from './words.js';

/** Reads what was decided of a plan; undefined: there is no record. @throws Error where Redis does not answer */
export async function readPlanWords(redis: Redis, planId: string): Promise<PlanWords | undefined> {
  const [reply] = await runBatch(redis, [['getrange', decidedKey(planId), 0, MAX_RECORD_BYTES]]);
  if (reply?.ok !== true) return { planId, lines: [{ label: 'record', text: reply?.error.message ?? 'Redis gave no reply' }] };
  const text = reply.value as string;
  if (text === '') return undefined;
  const record = text.length > MAX_RECORD_BYTES ? undefined : readRecord(text);
  const unreadable = { label: 'record', text: 'the key of its record holds something else' };
  return { planId, lines: record ? explainDecision(record) : [unreadable] };
} // prettier-ignore

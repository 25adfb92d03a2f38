import { readRecord } from '@quantum/decisions';
import type { ParameterValues } from '@quantum/efficiency-policy';
import { settingsOf } from '@quantum/policy';
import type { Redis } from '@quantum/redis-io';
import {
  blockKey,
  decidedKey,
  MAX_RECORD_BYTES,
  permitKey,
  STREAMS,
  type DecisionRecord,
} from '@quantum/redis-schemas';
import type { GateSettings } from '@quantum/risk-gates';
import type { EntryFacts, Unread } from '../doctor/facts.js';
import { Asker } from '../doctor/read/ask.js';
import { readPolicies } from '../doctor/read/decisions.js';
import { lastEntries } from '../doctor/read/streams.js';
import { applyResultOf, type AppliedPlan } from '../doctor/results.js';
import { serverNowSec } from '../server-now.js';

/** Entries of each stream among which the plan is looked for. */
const ENTRIES = 1000;

/** Everything that Redis has of a plan. */
export interface PlanFacts {
  readonly planId: string;
  /** Redis time, unix seconds. */
  readonly nowSec: number;
  /** Its entry on the plan stream; undefined where it is trimmed, or older than the entries that were looked at. */
  readonly entry: EntryFacts | undefined;
  readonly record: DecisionRecord | undefined;
  /** Whether something is in the place of the record that is no record. */
  readonly isRecordUnreadable: boolean;
  /** Limits and modes that its record names, where Redis says what they are. */
  readonly settings: GateSettings | undefined;
  /** Parameters of the hint that its permit names. */
  readonly hint: ParameterValues | undefined;
  /** Times to live, seconds; undefined: it is not there. */
  readonly permitTtlSec: number | undefined;
  readonly blockTtlSec: number | undefined;
  readonly hasOtherPermit: boolean;
  /** What executors say of it, the latest first. */
  readonly results: readonly AppliedPlan[];
  /** Why it was dead-lettered. */
  readonly deadLetter: string | undefined;
  readonly unread: readonly Unread[];
}

/** Reads what there is of a plan. @throws BatchError when Redis does not answer */
export async function readPlan(redis: Redis, planId: string, stream: string): Promise<PlanFacts> {
  const asker = new Asker(redis);
  const [text, permit, block, p33, p26] = await asker.values('permit and records of the plan', [
    ['get', decidedKey(planId)],
    ['pttl', permitKey(planId)],
    ['pttl', blockKey(planId)],
    ['exists', permitKey(`p33:${planId}`)],
    ['exists', permitKey(`p26:${planId}`)],
  ]);
  const json = text as string | undefined;
  const record = json === undefined || json.length > MAX_RECORD_BYTES ? undefined : readRecord(json);
  const [limits, hint] = await readParameters(asker, [record?.limits, record?.permit?.policy]);
  const isOwn = ({ fields }: EntryFacts): boolean => fields['plan_id'] === planId;
  const letter = (await lastEntries(asker, STREAMS.deadletter, ENTRIES)).find(isOwn);
  return {
    planId,
    nowSec: await serverNowSec(redis),
    entry: (await lastEntries(asker, stream, ENTRIES)).find(isOwn),
    record,
    isRecordUnreadable: json !== undefined && record === undefined,
    settings: limits && settingsOf(limits),
    hint,
    permitTtlSec: ttlSecOf(permit),
    blockTtlSec: ttlSecOf(block),
    hasOtherPermit: Number(p33 ?? 0) + Number(p26 ?? 0) > 0,
    results: (await lastEntries(asker, STREAMS.applyResult, ENTRIES)).filter(isOwn).flatMap((one) => applyResultOf(one) ?? []),
    deadLetter: letter && (letter.fields['error'] ?? letter.fields['reason'] ?? 'no reason is given'),
    unread: asker.unread,
  };
} // prettier-ignore

/** The answer to PTTL in seconds; undefined where there is no key. */
const ttlSecOf = (value: unknown): number | undefined =>
  value === undefined || Number(value) < 0 ? undefined : Number(value) / 1000;

async function readParameters(
  asker: Asker,
  hashes: readonly (string | undefined)[],
): Promise<(ParameterValues | undefined)[]> {
  const named = hashes.filter((hash) => hash !== undefined && hash !== '');
  const lines = await readPolicies(asker, named as string[]);
  return hashes.map((hash) => lines.find((one) => one.hash === hash)?.parameters);
}

import { limitsOfRecord, policyOfRecord, readRecord } from '@quantum/decisions';
import { sha256 } from '@quantum/policy';
import type { Command } from '@quantum/redis-io';
import {
  decidedKey,
  entryIdMs,
  GOVERNOR_LIMITS_KEY,
  MAX_RECORD_BYTES,
  permitKey,
  POLICY_PARAMETERS_KEY,
} from '@quantum/redis-schemas';
import { limitsLineOf, policyLineOf, type PolicyLine } from '@quantum/shadow-evidence';
import type { DecisionFacts, EntryFacts } from '../facts.js';
import type { Asker } from './ask.js';

/** Prefixes under which other teams keep permits of a plan. */
const OTHER_PERMITS = ['p33:', 'p26:'];

/** What was decided of these plans, and what is left of it. @throws BatchError when Redis does not answer */
export async function readDecisions(asker: Asker, plans: readonly EntryFacts[]): Promise<DecisionFacts[]> {
  const ids = [...new Set(plans.flatMap(({ fields }) => fields['plan_id'] ?? []))];
  const values = await asker.values(
    'quantum:governor:decided:*, quantum:permit:*',
    ids.flatMap((id): Command[] => [
      ['get', decidedKey(id)],
      ['pttl', permitKey(id)],
      ['exists', ...OTHER_PERMITS.map((prefix) => permitKey(prefix + id)).slice(0, 1)],
      ['exists', ...OTHER_PERMITS.map((prefix) => permitKey(prefix + id)).slice(1)],
    ]),
  );
  return ids.flatMap((_, i) => {
    const [text, ttlMs, ...others] = values.slice(4 * i, 4 * i + 4) as [string?, number?, ...number[]];
    const record = text === undefined || text.length > MAX_RECORD_BYTES ? undefined : readRecord(text);
    if (!record) return [];
    const permitTtlSec = ttlMs === undefined || ttlMs < 0 ? undefined : ttlMs / 1000;
    return { record, permitTtlSec, hasOtherPermit: others.some((count) => count > 0) };
  });
}

/** Proposals of one look are this old at most, seconds: older ones may be of parameters that were replaced. */
const LAST_CYCLES_SEC = 60;
const HOUR_SEC = 3600;

/** The hashes that decide now: of the newest proposals, and of the decisions of the last hour. */
export function hashesInForce(
  proposals: readonly EntryFacts[],
  decisions: readonly DecisionFacts[],
  nowSec: number,
): readonly string[] {
  const newestMs = Math.max(0, ...proposals.slice(0, 1).map(({ id }) => entryIdMs(id)));
  return hashesIn(
    proposals.filter(({ id }) => entryIdMs(id) > newestMs - 1000 * LAST_CYCLES_SEC),
    decisions.filter(({ record }) => record.decided_at > nowSec - HOUR_SEC),
  );
}

/** The hashes that these outputs carry, the most frequent first. */
export function hashesIn(proposals: readonly EntryFacts[], decisions: readonly DecisionFacts[]): readonly string[] {
  const counts = new Map<string, number>();
  const add = (hash: string | undefined): void => {
    if (hash !== undefined && HASH.test(hash)) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  };
  for (const { fields } of proposals) add(fields['policy']);
  for (const { record } of decisions) {
    add(policyOfRecord(record));
    add(limitsOfRecord(record));
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([hash]) => hash);
}

const HASH = /^[0-9a-f]{12}$/;
/** Hashes of one deployment are few: one for each group of symbols. */
const MAX_HASHES = 50;

/** What hashes mean, as far as Redis says. @throws BatchError when Redis does not answer */
export async function readPolicies(asker: Asker, hashes: readonly string[]): Promise<PolicyLine[]> {
  const asked = hashes.slice(0, MAX_HASHES);
  if (asked.length === 0) return [];
  const [parameters, limits] = (await asker.values(POLICY_PARAMETERS_KEY, [
    ['hmget', POLICY_PARAMETERS_KEY, ...asked],
    ['hmget', GOVERNOR_LIMITS_KEY, ...asked],
  ])) as ((string | null)[] | undefined)[];
  return asked.flatMap(
    (hash, i) =>
      policyLineOf(hash, parameters?.[i] ?? '', sha256) ?? limitsLineOf(hash, limits?.[i] ?? '', sha256) ?? [],
  );
}

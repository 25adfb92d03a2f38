import { parseRecordedScore, policyOfEntry } from '@quantum/decisions';
import { BatchError, KeyReads, type Redis } from '@quantum/redis-io';
import { sha256 } from '@quantum/policy';
import { GOVERNOR_LIMITS_KEY, POLICY_PARAMETERS_KEY } from '@quantum/redis-schemas';
import { limitsLineOf, policyLineOf, type PolicyLine, type RecordingLine } from '@quantum/shadow-evidence';
import { glanceAt } from './glance.js';
import type { RecordingState } from './state.js';

/** An output waits this many polls for what its hash means: services write both within moments, in no order. */
export const PATIENCE_POLLS = 20;
/** Bytes that are read of the text that a hash names; it has about a thousand. */
const MAX_POLICY_BYTES = 2 ** 14;

/**
 * The parameters and limits that outputs among these lines were decided by and that the recording does not have yet, to
 * be written before them. Undefined as long as Redis may still get them; after that outputs are recorded without, and a
 * replay will say so.
 * @throws BatchError when Redis is away
 */
export async function policiesBefore(
  lines: readonly RecordingLine[],
  redis: Redis,
  { policies, unexplained }: RecordingState,
): Promise<PolicyLine[] | undefined> {
  const carried = new Set(lines.flatMap(hashesOf));
  const wanted = [...carried].filter((hash) => !policies.has(hash) && (unexplained.get(hash) ?? 0) < PATIENCE_POLLS);
  if (wanted.length === 0) return [];
  const found = await readPolicies(redis, wanted);
  const missing = wanted.filter((hash) => !found.some((line) => line.hash === hash));
  for (const hash of missing) unexplained.set(hash, (unexplained.get(hash) ?? 0) + 1);
  return missing.some((hash) => (unexplained.get(hash) ?? 0) < PATIENCE_POLLS) ? undefined : found;
}

/** What these hashes mean, as far as Redis says it and lets us read it. @throws BatchError when it is away */
export async function readPolicies(redis: Redis, hashes: readonly string[]): Promise<PolicyLine[]> {
  const reads = new KeyReads();
  const group = reads.group('hmget', hashes, '', MAX_POLICY_BYTES);
  for (const key of [POLICY_PARAMETERS_KEY, GOVERNOR_LIMITS_KEY]) group.add(key);
  await reads.run(redis, []);
  const [parameters, limits] = group.replies.map((reply): (string | null)[] => {
    if (!reply.ok && reply.kind === 'transient') throw new BatchError(reply.error.message);
    return reply.ok ? (reply.value as (string | null)[]) : [];
  });
  return hashes.flatMap(
    (hash, i) =>
      policyLineOf(hash, parameters?.[i] ?? '', sha256) ?? limitsLineOf(hash, limits?.[i] ?? '', sha256) ?? [],
  );
}

function hashesOf(line: RecordingLine): string[] {
  if (line.kind === 'proposal') return [policyOfEntry(line.fields) ?? []].flat();
  if (line.kind === 'score') return [parseRecordedScore(line.fields)?.policy ?? []].flat();
  if (line.kind !== 'decision') return [];
  return glanceAt(line.json).hashes;
}

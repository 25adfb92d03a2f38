import { SCORE_VERSION } from '@quantum/decisions';
import { hashValues, runBatch, scanKeys, type Command, type Redis } from '@quantum/redis-io';
import { efficiencyKey, isProofSymbol, parseTime, symbolAfter } from '@quantum/redis-schemas';

const SCAN_COUNT = 1000;
/** Keys that are read at once. */
const READ_KEYS = 500;
/** Symbols that the error names. */
const SHOWN = 3;

/**
 * Symbols whose efficiency hash another program has written within its time to live. Hashes of the proof runner's
 * symbols are no one's scores. @throws when Redis, or the part of a Cluster that holds a hash, does not answer.
 */
export async function foreignScores(redis: Redis, nowSec: number, keyTtlSec: number): Promise<string[]> {
  const found = new Set<string>();
  for await (const key of scanKeys(redis, efficiencyKey('*'), SCAN_COUNT)) {
    const symbol = symbolAfter(efficiencyKey(''), key);
    if (symbol !== undefined && !isProofSymbol(symbol)) found.add(symbol);
  }
  const symbols = [...found].sort();
  const foreign: string[] = [];
  for (let from = 0; from < symbols.length; from += READ_KEYS) {
    const batch = symbols.slice(from, from + READ_KEYS);
    const replies = await runBatch(
      redis,
      batch.map((symbol): Command => ['hmget', efficiencyKey(symbol), 'version', 'ts']),
    );
    batch.forEach((symbol, i) => {
      const reply = replies[i];
      if (reply?.ok === false && reply.kind === 'transient') throw reply.error;
      const values = hashValues(reply);
      if (!values.readable) return;
      const [version, ts] = values.value;
      if (version !== SCORE_VERSION && nowSec - (parseTime(ts ?? undefined) ?? nowSec) < keyTtlSec)
        foreign.push(symbol);
    });
  }
  return foreign;
}

/** @throws Error that says why this brain must not write hashes. */
export async function checkNoOtherWriter(redis: Redis, nowSec: number, keyTtlSec: number): Promise<void> {
  const foreign = await foreignScores(redis, nowSec, keyTtlSec);
  if (foreign.length === 0) return;
  const named = foreign.slice(0, SHOWN).join(', ');
  throw new Error(
    `another program writes efficiency hashes: ${foreign.length} are younger than ${keyTtlSec} s (${named}). ` +
      'Stop it and wait until they expire, or set BRAIN_TAKE_OVER=true to write them at once.',
  );
}

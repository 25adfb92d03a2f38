import { effectiveMultiplier, targetFields, type EffectiveMultiplier } from '@quantum/effective-target';
import { runBatch, timeMsOf, valueOf, type Redis, type Reply } from '@quantum/redis-io';
import {
  MULTIPLIER_FIELDS,
  parseEpoch,
  parseMultiplier,
  ROLLOUT_EPOCH_KEY,
  rolloutMultiplierKey,
  targetKey,
  type Read,
} from '@quantum/redis-schemas';

/** How long a target lives, seconds. */
const TARGET_TTL_SEC = 300;

// example
/**
 * Writes a symbol's target as P2.9 does where it follows a rollout: what it computed (`baseUsd`) times the effective
 * multiplier, and the base beside it. Resolves to the multiplier, with why it counts. `others`: the fields that P2.9
 * writes anyway.
 */
export async function writeTarget(
  redis: Redis,
  symbol: string,
  baseUsd: number,
  others: Readonly<Record<string, string>>,
): Promise<EffectiveMultiplier> {
  const [published, epoch, time] = await runBatch(redis, [
    ['hmget', rolloutMultiplierKey(symbol), ...MULTIPLIER_FIELDS],
    ['get', ROLLOUT_EPOCH_KEY],
    ['time'],
  ]);
  const effective = effectiveMultiplier(
    {
      published: readOf(published, (values) => parseMultiplier(values as (string | null)[])),
      epoch: readOf(epoch, (text) => parseEpoch(text as string | null)),
    },
    (timeMsOf(time) ?? Date.now()) / 1000,
  );
  const fields = { ...others, ...targetFields(baseUsd, effective) };
  const replies = await runBatch(redis, [
    ['hset', targetKey(symbol), ...Object.entries(fields).flat()], // both targets at once: no reader sees one without the other
    ['expire', targetKey(symbol), TARGET_TTL_SEC],
  ]);
  replies.forEach(valueOf);
  return effective;
}

/** An error is no verdict on the rollout: the base target then applies. */
const readOf = <T>(reply: Reply | undefined, parse: (value: unknown) => T): Read<T> =>
  reply?.ok ? { readable: true, value: parse(reply.value) } : { readable: false };
// end

import type { Redis } from '@quantum/redis-io';
import {
  GOVERNOR_LIMITS_KEY,
  lostPlansKey,
  POLICY_PARAMETERS_KEY,
  PROPOSER_STATE_PREFIX,
  STREAMS,
} from '@quantum/redis-schemas';

/**
 * The services write these even without a proof: leases in every cycle, the texts of policies and limits after Redis
 * lost them.
 */
const isAlwaysServices = (key: string): boolean =>
  key.startsWith(PROPOSER_STATE_PREFIX) || [POLICY_PARAMETERS_KEY, GOVERNOR_LIMITS_KEY].includes(key);

/**
 * The content of a Redis, key by key: fields, members, entries, and whether the key expires. It omits what running
 * services change by themselves: the last cycle's summary, the proposer's leases, proposals of other symbols, and
 * streams' last ids.
 */
export async function dump(redis: Redis, isServicesOwn: (key: string) => boolean): Promise<Record<string, unknown>> {
  const keys = (await redis.keys('*')).filter((key) => !isAlwaysServices(key) && !isServicesOwn(key)).sort();
  const all = keys.map(async (key) => [key, { ...(await valueOf(redis, key)), ends: (await redis.pttl(key)) >= 0 }]);
  return Object.fromEntries(await Promise.all(all)) as Record<string, unknown>;
}

/** Of the lost plans' hash, what is lost: how many plans the governors were given goes on with each. */
function withoutAccount(key: string, fields: Record<string, string>): Record<string, string> {
  if (key !== lostPlansKey(STREAMS.plans)) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'accounted' && name !== 'given'));
}

async function valueOf(redis: Redis, key: string): Promise<{ type: string; value: unknown }> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return { type, value: await redis.get(key) };
    case 'hash':
      return { type, value: withoutAccount(key, await redis.hgetall(key)) };
    case 'zset':
      return { type, value: await redis.zrange(key, '0', '-1', 'WITHSCORES') };
    case 'stream':
      return { type, value: await redis.xrange(key, '-', '+') };
    default:
      throw new Error(`no service writes a ${type}: ${key}`);
  }
}

import { randomUUID } from 'node:crypto';
import { luaOf, type Redis } from '@quantum/redis-io';
import { isKillOn } from '@quantum/redis-schemas';
import { messageOf } from '@quantum/service-kit';
import { SOURCE } from './fixture.js';
import SWAP_LUA from './swap.lua';

/** TTL of the switch: should this process die while it is on, it goes off by itself. */
const TTL_SEC = 15;

const SWAP = luaOf([SWAP_LUA]);

/** The kill switch while this run has set it. */
export interface TakenKillSwitch {
  /** Restores the previous value; does nothing if another writer has set it since. May be called twice. */
  release: () => Promise<void>;
}

/** The kill switch that is on, in words: another's decision, which refuses every plan. Undefined if none is on. */
export async function killSwitchOn(redis: Redis, keys: readonly string[]): Promise<string | undefined> {
  for (const key of keys) {
    const value = await redis.get(key);
    if (isKillOn(value)) return `the kill switch is on (${key} is "${value ?? ''}")`;
  }
  return undefined;
}

/** Sets the first key of the kill switch to a value of our own. Resolves to why it was left alone, if it was. */
export async function takeKillSwitch(redis: Redis, keys: readonly string[]): Promise<TakenKillSwitch | string> {
  const [key = ''] = keys;
  try {
    const on = await killSwitchOn(redis, keys);
    if (on !== undefined) return `${on}: it is left alone`;
    const value = await redis.get(key);
    const ttlMs = Math.max(0, await redis.pttl(key));
    const own = `${SOURCE}:${randomUUID()}`;
    const taken = await swap(redis, key, value, own, TTL_SEC * 1000);
    if (!taken) return 'another writer has just set the kill switch: it is left alone';
    return {
      release: async () => {
        await swap(redis, key, own, value, ttlMs);
      },
    };
  } catch (error) {
    return `the kill switch cannot be used: ${messageOf(error)}`;
  }
}

async function swap(
  redis: Redis,
  key: string,
  from: string | null,
  to: string | null,
  ttlMs: number,
): Promise<boolean> {
  const flag = (text: string | null) => (text === null ? '0' : '1');
  return (await redis.eval(SWAP, 1, key, flag(from), from ?? '', flag(to), to ?? '', ttlMs)) === 1;
}

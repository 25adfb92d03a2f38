import {
  ROLLOUT_AUDIT_STREAM,
  ROLLOUT_EPOCH_KEY,
  ROLLOUT_STATE_KEY,
  rolloutMultiplierKey,
  targetKey,
  tickerKey,
} from '@quantum/redis-schemas';
import { repeat, type Activity } from '@quantum/testbed';
import type { Redis } from 'ioredis';
import { LIFE_SEC, PILOT } from './plan.js';

/** Faults to inject next to rollouts. The checkers must find each. */
export const ROLLOUT_FAULTS = {
  persist: 'takes the expiry of a multiplier away',
  raise: 'moves a multiplier farther from 1 while a price is away or the rollout holds',
  renew: 'renews multipliers whose time runs out',
  revive: 'writes a multiplier again that was removed, under the current epoch',
  resurrect: 'brings a multiplier back with the epoch that it was written under',
  leave: 'leaves a multiplier of an old epoch',
  wake: 'writes a multiplier under the first lease',
  drop: 'removes multipliers',
  forge: 'adds an entry to the audit',
  rewind: 'sets the state to another stage',
  retarget: 'writes a live target',
} as const;
export type RolloutFault = keyof typeof ROLLOUT_FAULTS;

const EVERY_MS = 100;
const [FIRST = ''] = PILOT;
const KEY = rolloutMultiplierKey(FIRST);
type Step = (redis: Redis) => Promise<unknown>;

/** Gives a step the multiplier that was last seen. */
const withLastSeen = (step: (redis: Redis, fields: Record<string, string>) => Promise<unknown>) => (): Step => {
  let seen: Record<string, string> = {};
  return async (redis) => {
    const fields = await redis.hgetall(KEY);
    if (Object.keys(fields).length > 0) seen = fields;
    if (Object.keys(seen).length > 0) await step(redis, seen);
  };
};

const lasting = (fields: Record<string, string>, changes: Record<string, string> = {}): Record<string, string> => {
  const nowSec = Math.floor(Date.now() / 1000);
  return { ...fields, ts_epoch: String(nowSec), expires_at: String(nowSec + LIFE_SEC), ...changes };
};

const put = (redis: Redis, fields: Record<string, string>): Promise<unknown> =>
  redis.multi().hset(KEY, fields).pexpireat(KEY, Number(fields['expires_at']) * 1000).exec(); // prettier-ignore

const STEPS: Readonly<Record<RolloutFault, () => Step>> = {
  persist: () => (redis) => redis.persist(KEY),
  raise: () => async (redis) => {
    const state = (await redis.hget(ROLLOUT_STATE_KEY, 'state')) ?? '';
    const mayNotRise = state.includes('"name":"holding"') || !(await redis.exists(tickerKey(FIRST)));
    const multiplier = await redis.hget(KEY, 'multiplier');
    if (!mayNotRise || multiplier === null) return;
    await redis.hset(KEY, { multiplier: 0.99 * Math.min(0.9, Number(multiplier)), reason: 'slew', ts_epoch: Date.now() / 1000 });
  },
  renew: () => async (redis) => {
    const fields = await redis.hgetall(KEY);
    if (fields['multiplier'] !== undefined) await put(redis, lasting(fields));
  },
  revive: withLastSeen(async (redis, fields) => {
    await put(redis, lasting(fields, { epoch: (await redis.get(ROLLOUT_EPOCH_KEY)) ?? '' }));
  }),
  resurrect: withLastSeen(async (redis, fields) => {
    await put(redis, lasting(fields));
    await redis.set(ROLLOUT_EPOCH_KEY, fields['epoch'] ?? '');
  }),
  leave: withLastSeen((redis, fields) => put(redis, lasting(fields, { epoch: '1' }))),
  wake: withLastSeen((redis, fields) => put(redis, lasting(fields, { fence: '0:woken' }))),
  drop: () => (redis) => redis.del(...PILOT.map(rolloutMultiplierKey)),
  forge: () => async (redis) => {
    const [last] = await redis.xrevrange(ROLLOUT_AUDIT_STREAM, '+', '-', 'COUNT', 1);
    if (last) await redis.xadd(ROLLOUT_AUDIT_STREAM, '*', ...last[1]);
  },
  rewind: () => async (redis) => {
    const text = await redis.hget(ROLLOUT_STATE_KEY, 'state');
    if (text) await redis.hset(ROLLOUT_STATE_KEY, 'state', text.replace(/"stage":0/, '"stage":1'));
  },
  retarget: () => (redis) => redis.hset(targetKey(FIRST), 'target_usd', '2000'),
}; // prettier-ignore

/** Starts to inject the fault into a run. */
export function startRolloutFault(fault: RolloutFault, redis: Redis): Activity {
  const step = STEPS[fault]();
  return repeat(() => step(redis), EVERY_MS);
}

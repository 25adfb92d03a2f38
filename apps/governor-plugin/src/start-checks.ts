import { runBatch, serverVersion, type Redis } from '@quantum/redis-io';
import { GOVERNOR_GROUP } from '@quantum/redis-schemas';
import { CONSUMER_PREFIX } from './consumer-name.js';

/** A consumer of another program counts as alive if it was active within this time, ms. */
const ALIVE_MS = 60_000;

/** @throws Error where the server is older than Redis 7.0, which the scripts and the ACL rules need. */
export async function checkServerVersion(redis: Redis): Promise<void> {
  const { text, major } = await serverVersion(redis);
  if (major < 7) throw new Error(`Redis ${text} is too old: 7.0 or newer is needed`);
}

/**
 * Two governors in one group would each decide half of the plans.
 * @throws Error where consumers that are not ours were active in the group within the last minute, or where that could
 * not be found out.
 */
export async function checkNoOtherGovernor(redis: Redis, plansStream: string): Promise<void> {
  const [reply] = await runBatch(redis, [['xinfo', 'CONSUMERS', plansStream, GOVERNOR_GROUP]]);
  if (!reply?.ok) {
    if (reply && /no such key|NOGROUP/.test(reply.error.message)) return; // no stream or no group yet: no one is there
    throw reply?.error ?? new Error('no reply');
  }
  const consumers = (reply.value as (string | number)[][]).map((flat) => ({
    name: String(flat[flat.indexOf('name') + 1]),
    idleMs: Number(flat[flat.indexOf('idle') + 1]),
  }));
  const others = consumers.filter(({ name, idleMs }) => !name.startsWith(CONSUMER_PREFIX) && idleMs < ALIVE_MS);
  if (others.length === 0) return;
  const names = others.map(({ name, idleMs }) => `${name} (${Math.round(idleMs / 1000)} s ago)`).join(', ');
  throw new Error(
    `another governor is active in the group ${GOVERNOR_GROUP}: ${names}. ` +
      'Stop it first, or set GOV_TAKE_OVER=true to start beside it.',
  );
}

import {
  describeGroups,
  EVICTION_DANGER,
  runBatch,
  SlotDownError,
  valueOf,
  type Command,
  type Redis,
  type Reply,
  type ServerWatch,
} from '@quantum/redis-io';
import { otherReaders } from '@quantum/service-kit';
import { GOVERNOR_CONSUMER_PREFIX, GOVERNOR_GROUP } from '@quantum/redis-schemas';
import type { GovernorConfig } from '@quantum/service-config';

/** A consumer of another program counts as alive if it was active within this time, ms. */
const ALIVE_MS = 60_000;

/** Looks at the server before any plan is served. @throws Error that says why this governor must not start. */
export async function checkBeforeStart(redis: Redis, watch: ServerWatch, config: GovernorConfig): Promise<void> {
  if (config.applyMode === 'production') checkNoEviction(watch);
  if (!config.takeOver) await checkNoOtherGovernor(redis, config.plansStreams);
  for (const stream of config.plansStreams) {
    if (config.applyMode === 'dry_run' && !config.dryRunBesideOthers) await checkNoExecutor(redis, stream);
  }
}

/** @throws Error where the server may evict keys: limits and the kill switch would be forgotten without a trace. */
function checkNoEviction({ evictingPolicy }: Pick<ServerWatch, 'evictingPolicy'>): void {
  if (evictingPolicy === undefined) return;
  throw new Error(`${EVICTION_DANGER} (it is ${evictingPolicy}). Production does not start before.`);
}

/** @throws Error where others read the plans: dry_run grants all of them, and they would execute them. */
async function checkNoExecutor(redis: Redis, plansStream: string): Promise<void> {
  const others = await otherReaders(redis, plansStream);
  if (others.length === 0) return;
  throw new Error(
    `dry_run issues a permit for every plan, and ${plansStream} is also read by ${describeGroups(others)}. ` +
      'Remove those groups, or set GOV_DRY_RUN_BESIDE_OTHERS=true if they execute nothing.',
  );
}

/**
 * Two governors in one group would each decide half of the plans.
 * @throws Error where consumers that are not ours were active in the group within the last minute, or where that could
 * not be found out.
 */
async function checkNoOtherGovernor(redis: Redis, plansStreams: readonly string[]): Promise<void> {
  const replies = await runBatch(
    redis,
    plansStreams.map((stream): Command => ['xinfo', 'CONSUMERS', stream, GOVERNOR_GROUP]),
  );
  for (const [i, stream] of plansStreams.entries()) checkConsumers(stream, replies[i]);
}

/** @throws as above, for one stream. */
function checkConsumers(plansStream: string, reply: Reply | undefined): void {
  // No stream or no group yet: no one is there.
  if (reply?.ok === false && /no such key|NOGROUP/.test(reply.error.message)) return;
  // No one reads of a master that is down, and the plans of the others must not wait for it.
  if (reply?.ok === false && reply.error instanceof SlotDownError) return;
  if (reply?.ok === false && reply.kind === 'key') {
    throw new Error(`who reads ${plansStream} cannot be found out: ${reply.error.message}`);
  }
  const consumers = (valueOf(reply) as (string | number)[][]).map((flat) => ({
    name: String(flat[flat.indexOf('name') + 1]),
    idleMs: Number(flat[flat.indexOf('idle') + 1]),
  }));
  const others = consumers.filter(
    ({ name, idleMs }) => !name.startsWith(GOVERNOR_CONSUMER_PREFIX) && idleMs < ALIVE_MS,
  );
  if (others.length === 0) return;
  const names = others.map(({ name, idleMs }) => `${name} (${Math.round(idleMs / 1000)} s ago)`).join(', ');
  throw new Error(
    `another governor is active in the group ${GOVERNOR_GROUP}: ${names}. ` +
      'Stop it first, or set GOV_TAKE_OVER=true to start beside it.',
  );
}

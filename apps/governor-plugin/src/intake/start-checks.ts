import {
  describeGroups,
  EVICTION_DANGER,
  runBatch,
  SlotDownError,
  valueOf,
  type Redis,
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
  for (const stream of config.plansStreams) await checkReaders(redis, stream, config).catch(unlessDown);
}

/**
 * Looks who else reads a stream of plans. @throws Error that says why this governor must not serve it; SlotDownError
 * while the master that holds the stream does not answer.
 */
export async function checkReaders(redis: Redis, plansStream: string, config: GovernorConfig): Promise<void> {
  if (!config.takeOver) await checkNoOtherGovernor(redis, plansStream);
  if (config.applyMode === 'dry_run' && !config.dryRunBesideOthers) await checkNoExecutor(redis, plansStream);
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

/** The plans of other streams must not wait for a master that is down: its stream is checked before it is served. */
function unlessDown(error: unknown): void {
  if (!(error instanceof SlotDownError)) throw error;
}

/**
 * Two governors in one group would each decide half of the plans.
 * @throws Error where consumers that are not ours were active in the group within the last minute, or where that could
 * not be found out.
 */
async function checkNoOtherGovernor(redis: Redis, plansStream: string): Promise<void> {
  const [reply] = await runBatch(redis, [['xinfo', 'CONSUMERS', plansStream, GOVERNOR_GROUP]]);
  // No stream or no group yet: no one is there.
  if (reply?.ok === false && /no such key|NOGROUP/.test(reply.error.message)) return;
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

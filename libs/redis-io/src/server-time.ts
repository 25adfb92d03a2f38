import { systemClock } from '@quantum/clock';
import { Cluster } from 'ioredis';
import { timesOnMasters } from './cluster-batch.js';
import type { Redis } from './connect.js';
import type { Reply } from './reply.js';

/** The reply to TIME as unix milliseconds with a fraction. */
export const timeMs = ([sec, us]: readonly [string | number, string | number]): number =>
  Number(sec) * 1000 + Number(us) / 1000;

/** The server's clock from the reply to `['time']`, unix milliseconds; undefined if the server did not answer. */
export const timeMsOf = (reply: Reply | undefined): number | undefined =>
  reply?.ok ? timeMs(reply.value as [string | number, string | number]) : undefined;

/**
 * The clock of each key's master in a Cluster, unix milliseconds, at the time of this call or slightly earlier: the
 * duration of the query is subtracted. Why not, where a master did not say it. Empty outside a Cluster, where any batch
 * can include `['time']`.
 */
export async function masterTimesMs(redis: Redis, keys: readonly string[]): Promise<(number | Error)[]> {
  if (!(redis instanceof Cluster)) return [];
  const startMs = systemClock.steadyMs();
  const times = await timesOnMasters(redis, keys);
  const tookMs = systemClock.steadyMs() - startMs;
  return times.map((time) => (time.ok ? timeMs(time.value as [string, string]) - tookMs : time.error));
}

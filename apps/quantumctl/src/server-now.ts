import { systemClock } from '@quantum/clock';
import { runBatch, timeMsOf, type Redis } from '@quantum/redis-io';

/**
 * Redis time, unix seconds; of a user that may not ask for it, the time of this host. @throws BatchError when Redis
 * does not answer
 */
export async function serverNowSec(redis: Redis): Promise<number> {
  const [time] = await runBatch(redis, [['time']]);
  const ms = timeMsOf(time);
  return ms === undefined ? systemClock.wallSec() : ms / 1000;
}

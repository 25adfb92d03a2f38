import type { Clock } from '@quantum/clock';
import type { StreamConsumer } from '@quantum/redis-io';

export interface GroupStart {
  consumer: Pick<StreamConsumer, 'ensureGroup' | 'serverTimeMs'>;
  planMaxAgeSec: number;
  clock: Pick<Clock, 'wallSec'>;
}

/**
 * The group starts at the oldest plan that is still young enough: none is served late, no fresh one is missed. By the
 * server's clock, which gave the plans their ids, where ours is ahead of it: else it would pass over what is fresh.
 */
export async function ensureGroup({ consumer, planMaxAgeSec, clock }: GroupStart): Promise<void> {
  const ourMs = clock.wallSec() * 1000;
  const nowMs = Math.min(ourMs, (await consumer.serverTimeMs()) ?? ourMs);
  await consumer.ensureGroup(`${Math.max(0, Math.floor(nowMs - planMaxAgeSec * 1000))}-0`);
}

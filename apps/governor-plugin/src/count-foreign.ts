import { runRows, type Redis, type Reply, type StreamEntry } from '@quantum/redis-io';
import type { DecisionPolicy } from './decide.js';
import type { Standing } from './finish.js';
import { RESERVE } from './scripts/reserve.js';
import { countRow, reserveShared } from './windows.js';

/**
 * Counts plans that another governor has permitted in their symbols' windows, whatever the limits: money that is spent
 * counts, whoever allowed it. Can be repeated. Answers the reply by entry.
 */
export async function countForeign(
  redis: Redis,
  standing: readonly Standing[],
  nowSec: number,
  policy: DecisionPolicy,
): Promise<Map<StreamEntry, Reply[]>> {
  const counted = standing.filter(
    ({ record: { outcome, inputs } }) =>
      outcome === 'foreign' && (inputs['closing'] !== true || policy.limits.countCloses),
  );
  const replies = await runRows(
    redis,
    RESERVE,
    reserveShared(nowSec, policy),
    counted.map(({ record }) => countRow(record)),
  );
  return new Map(counted.map(({ entry }, i) => [entry, [replies[i] as Reply]]));
}

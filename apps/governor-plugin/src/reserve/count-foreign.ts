import { isClosing, type DecisionSettings } from '@quantum/decisions';
import { runRows, type Redis, type Reply, type StreamEntry } from '@quantum/redis-io';
import type { Draft } from '../endings.js';
import { RESERVE } from './reserve-script.js';
import { countRow, isCounted, reserveShared } from './windows.js';

/**
 * Counts plans that another governor has permitted in their symbols' windows, whatever the limits: money that is spent
 * counts, no matter which governor allowed it. At the time of the record, so that repeating it changes nothing. Only a
 * plan's own entry counts it: a second one may come hours later, when the windows have let go of the plan. Answers the
 * reply by entry.
 */
export async function countForeign(
  redis: Redis,
  decisions: readonly Pick<Draft, 'entry' | 'plan' | 'record'>[],
  settings: DecisionSettings,
): Promise<Map<StreamEntry, Reply[]>> {
  const counted = decisions.filter(
    ({ plan, entry, record: { outcome, entry_id, inputs } }) =>
      outcome === 'foreign' && entry_id === entry.id && isCounted({ plan, closing: isClosing(inputs) }, settings),
  );
  const replies = await Promise.all(
    counted.map(({ record }) =>
      runRows(redis, RESERVE, reserveShared(record.decided_at, settings), [countRow(record)]),
    ),
  );
  return new Map(counted.map(({ entry }, i) => [entry, replies[i] as Reply[]]));
}

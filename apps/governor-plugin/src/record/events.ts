import type { Command } from '@quantum/redis-io';
import type { DecisionRecord, GovernorEvent } from '@quantum/redis-schemas';

/** Approximate bound of the event and dead-letter streams, entries. */
export const STREAM_MAXLEN = 10_000;

/** An event as a command on the event stream. */
export function eventCommand(
  stream: string,
  event: GovernorEvent,
  record: Pick<DecisionRecord, 'symbol' | 'plan_id' | 'reason' | 'decided_at'>,
): Command {
  return [
    'xadd', stream, 'MAXLEN', '~', STREAM_MAXLEN, '*',
    'event', event,
    'symbol', record.symbol,
    'plan_id', record.plan_id,
    'reason', record.reason,
    'timestamp', String(record.decided_at),
  ]; // prettier-ignore
}

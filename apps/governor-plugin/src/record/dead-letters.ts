import { runBatch, type Command, type Redis, type Reply } from '@quantum/redis-io';
import { fieldsOf, STREAMS } from '@quantum/redis-schemas';
import type { DeadLetter } from '../intake/plan-entry.js';
import { eventCommand, STREAM_MAXLEN } from './events.js';

/** Where dead letters come from and what reports them. */
export interface DeadLetterStreams {
  plansStream: string;
  eventsStream: string;
  /** Fields that name the plan stream, where there are several. */
  source: readonly string[];
}

/**
 * Puts entries on the dead-letter stream, each byte for byte as it came where it can still be read, and reports them as
 * events. One that is too large to be read goes without its fields: they are in the plan stream, under `entry_id`. Two
 * round trips, however many they are. Answers the replies to both writes of each, in order.
 */
export async function writeDeadLetters(
  redis: Redis,
  letters: readonly DeadLetter[],
  nowSec: number,
  { plansStream, eventsStream, source }: DeadLetterStreams,
): Promise<Reply[][]> {
  const originals = await runBatch(
    redis,
    letters.map(({ entry: { id, unreadBytes } }): Command => {
      const count = unreadBytes === undefined ? [] : ['COUNT', 0];
      return ['xrangeBuffer', plansStream, id, id, ...count];
    }),
  );
  const replies = await runBatch(
    redis,
    letters.flatMap((letter, i): Command[] => {
      const { plan_id: planId = '', symbol = '' } = fieldsOf(letter.entry.fields);
      return [
        deadLetterCommand(letter, rawFields(originals[i]) ?? letter.entry.fields, nowSec, source),
        eventCommand(eventsStream, 'DEAD_LETTER', {
          symbol,
          plan_id: planId,
          reason: letter.reason,
          decided_at: nowSec,
        }),
      ];
    }),
  );
  return letters.map((_, i) => replies.slice(2 * i, 2 * i + 2));
}

const rawFields = (reply: Reply | undefined): Buffer[] | undefined =>
  reply?.ok ? (reply.value as [Buffer, Buffer[]][] | null)?.[0]?.[1] : undefined;

/** The raw fields, then where from, why and when. */
const deadLetterCommand = (
  { entry, reason, error }: DeadLetter,
  raw: readonly (string | Buffer)[],
  nowSec: number,
  source: readonly string[],
): Command => [
  'xadd', STREAMS.deadletter, 'MAXLEN', '~', STREAM_MAXLEN, '*',
  ...raw,
  'entry_id', entry.id,
  ...source,
  'reason', reason,
  'error', error,
  'timestamp', String(nowSec),
]; // prettier-ignore

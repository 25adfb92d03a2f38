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
 * round trips, however many they are. Answers the replies to both writes of each, in order; where Redis did not tell
 * the bytes, nothing is written, and that reply is the answer.
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
  const writes = letters.map((letter, i): Command[] => {
    if (isUntold(originals[i])) return [];
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
  });
  const replies = await runBatch(redis, writes.flat());
  let from = 0;
  return writes.map((own, i) => {
    const original = originals[i];
    return isUntold(original) ? [original] : replies.slice(from, (from += own.length));
  });
}

/** Redis may tell the bytes of the entry later. */
const isUntold = (reply: Reply | undefined): reply is Reply & { ok: false } =>
  reply?.ok === false && reply.kind === 'transient';

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

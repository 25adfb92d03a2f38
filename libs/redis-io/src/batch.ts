import type { Redis } from 'ioredis';

/** A command as it goes to the server: its name and arguments. */
export type Command = readonly [name: string, ...args: (string | number | Buffer)[]];

/** The server's answer to one command of a batch. */
export type Reply =
  | { ok: true; value: unknown }
  /** `key`: the server cannot read or write this key for us (wrong type, no permission), trying again will not help. */
  | { ok: false; kind: 'key'; error: Error }
  /** `transient`: no verdict on the key (LOADING, READONLY, OOM, a slot that is down, a broken connection). */
  | { ok: false; kind: 'transient'; error: Error };

/** The batch as a whole failed: no connection, or no answer in time. Some of its commands may have been carried out. */
export class BatchError extends Error {
  override name = 'BatchError';
}

/** How long a batch may take before the connection counts as dead, ms. */
const BATCH_TIMEOUT_MS = 5000;

/** Tells what will not get better by itself from what may. */
export const errorKind = (error: Error): 'key' | 'transient' =>
  /^(WRONGTYPE|NOPERM)\b/.test(error.message) || error.message.includes('WRONGTYPE ') ? 'key' : 'transient';

/**
 * Sends commands as one pipeline and answers with a reply per command, in order. A failed command leaves its neighbours
 * alone.
 * @throws BatchError when the connection is away or does not answer within five seconds (it is then opened anew, so that
 * a late answer cannot be taken for another's).
 */
export async function runBatch(redis: Redis, commands: readonly Command[]): Promise<Reply[]> {
  if (commands.length === 0) return [];
  if (redis.status !== 'ready') throw new BatchError(`Redis is not connected (${redis.status})`);
  // Arguments as one array, which ioredis flattens: spread as arguments of a function, 100,000 of them overflow the stack.
  const pipeline = redis.pipeline(commands.map(([name, ...args]) => [name, args]));
  const results = await withTimeout(pipeline.exec(), redis);
  if (!results) throw new BatchError('the batch was aborted');
  const connectionLost = results.every(([error]) => error !== null && !isReplyError(error));
  // The client's own words speak of its retry options, of which this is none.
  if (connectionLost) throw new BatchError('the connection to Redis was lost', { cause: results[0]?.[0] });
  return results.map(([error, value]) =>
    error === null ? { ok: true, value } : { ok: false, kind: errorKind(error), error },
  );
}

const isReplyError = (error: Error): boolean => error.name === 'ReplyError';

async function withTimeout<T>(work: Promise<T>, redis: Redis): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new BatchError(`Redis did not answer within ${BATCH_TIMEOUT_MS} ms`));
      redis.disconnect(true);
    }, BATCH_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined); // a pipeline that loses the race is rejected later, by the disconnect
  }
}

/** The values of an HMGET's reply; `readable: false` where the key could not be read, whatever the cause. */
export const hashValues = (
  reply: Reply | undefined,
): { readable: true; value: (string | null)[] } | { readable: false } =>
  reply?.ok ? { readable: true, value: reply.value as (string | null)[] } : { readable: false };

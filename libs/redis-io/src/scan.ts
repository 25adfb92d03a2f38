import { Cluster } from 'ioredis';
import { runBatch } from './batch.js';
import { NODE_TIMEOUT_MS } from './cluster-batch.js';
import { mastersOf, type Redis } from './connect.js';
import { sendPipeline } from './pipeline.js';
import {
  BatchError,
  isMasterDown,
  isReplyError,
  replyOf,
  SlotDownError,
  valueOf,
  type Command,
  type Reply,
} from './reply.js';
import { withTimeout } from './timeout.js';

type Ask = (command: Command) => Promise<Reply | undefined>;

/**
 * Yields every key that matches, as bytes, from every master of a Cluster; never uses KEYS. May yield a key twice, as
 * SCAN does. A key whose slot moves meanwhile may be missed, as no SCAN sees it in both places.
 * @param count how many keys a call looks at; the server serves other clients in between
 * @throws BatchError when Redis does not answer; SlotDownError, after the keys of all others, when some masters do not.
 */
export async function* scanKeys(redis: Redis, pattern: string, count: number): AsyncGenerator<Buffer> {
  if (!(redis instanceof Cluster)) {
    yield* scanServer(async (command) => (await runBatch(redis, [command]))[0], pattern, count);
    return;
  }
  if (redis.status !== 'ready') throw new BatchError(`Redis is not connected (${redis.status})`);
  const masters = mastersOf(redis);
  const failures: Error[] = [];
  for (const master of masters) {
    const ask: Ask = async (command) => {
      const answer = await withTimeout(sendPipeline(master, [command]), NODE_TIMEOUT_MS, () => {
        master.disconnect();
      });
      return answer.map(replyOf)[0];
    };
    try {
      yield* scanServer(ask, pattern, count);
    } catch (error) {
      const isRefusal = isReplyError(error as Error) && !isMasterDown(error as Error);
      if (isRefusal) throw error;
      failures.push(error as Error);
    }
  }
  const served = new Set(redis.slots.map(([master]) => master));
  const [why = served.size > masters.length ? new Error('a master is not connected') : undefined] = failures;
  if (!why) return;
  redis.refreshSlotsCache();
  throw failures.length === masters.length ? new BatchError(why.message) : new SlotDownError(why.message);
}

async function* scanServer(ask: Ask, pattern: string, count: number): AsyncGenerator<Buffer> {
  let cursor = '0';
  do {
    const reply = await ask(['scanBuffer', cursor, 'MATCH', pattern, 'COUNT', count]);
    const [next, keys] = valueOf(reply) as [Buffer, Buffer[]];
    yield* keys;
    cursor = next.toString();
  } while (cursor !== '0');
}

import { BatchError, runBatch, untilReady, type Command, type Redis } from '@quantum/redis-io';
import { printable } from '../words.js';
import type { Unread } from '../facts.js';

/** Replies of one batch, bytes: a foreign value of any size must not fill the memory. */
const MAX_REPLY_BYTES = 2 ** 25;
/** Commands per batch. */
const BATCH = 200;

/** Asks Redis, and remembers what it did not say: one thing that is denied keeps nothing else from being read. */
export class Asker {
  readonly unread: Unread[] = [];
  readonly wrongTypes: string[] = [];
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /**
   * The values of these commands; undefined if absent. What is denied is remembered under `what`.
   * @throws BatchError when Redis does not answer
   */
  async values(what: string, commands: readonly Command[]): Promise<unknown[]> {
    const values: unknown[] = [];
    for (let from = 0; from < commands.length; from += BATCH) {
      values.push(...(await this.#batch(what, commands.slice(from, from + BATCH))));
    }
    return values;
  }

  async #batch(what: string, commands: readonly Command[]): Promise<unknown[]> {
    const replies = await runBatch(this.#redis, commands, { maxReplyBytes: MAX_REPLY_BYTES }).catch(
      (error: unknown) => error as Error,
    );
    if (replies instanceof Error) {
      const isTooLarge = replies instanceof BatchError && / bytes/.test(replies.message);
      if (!isTooLarge) throw replies;
      this.note(what, `it has more than ${MAX_REPLY_BYTES / 2 ** 20} MiB`, false);
      await untilReady(this.#redis);
      return commands.map(() => undefined);
    }
    return replies.map((reply, i) => {
      if (reply.ok) return reply.value ?? undefined;
      const { message } = reply.error;
      if (message.startsWith('NOPERM')) this.note(what, message, true);
      else if (message.startsWith('WRONGTYPE')) this.wrongTypes.push(String(commands[i]?.[1] ?? what));
      else if (!/no such key|NOGROUP/i.test(message)) this.note(what, message, false);
      return undefined;
    });
  }

  /** Remembers, once each, that something was not read. */
  note(what: string, why: string, isDenied: boolean): void {
    if (!this.unread.some((one) => one.what === what)) this.unread.push({ what, why: printable(why), isDenied });
  }
}

import { runBatch, type Redis } from '@quantum/redis-io';
import { POLICY_PARAMETERS_KEY } from '@quantum/redis-schemas';
import type { Logger } from '@quantum/service-kit';
import type { PolicySource } from './source.js';

/** How often it is seen to that Redis has the parameters, ms. */
const LOOK_MS = 10_000;
/** So many sets go into one command: Redis serves others between two. */
const SETS_A_COMMAND = 200;

/** What a policy's hash stands for. */
type Meaning = readonly [policy: string, text: string];

/** @returns how many of them were not there. @throws Error when Redis did not take them. */
async function writeMeanings(redis: Redis, meanings: readonly Meaning[]): Promise<number> {
  const [reply] = await runBatch(redis, [['hset', POLICY_PARAMETERS_KEY, ...meanings.flat()]]);
  if (!reply?.ok) throw reply?.error ?? new Error('no reply');
  return Number(reply.value);
}

/**
 * Keeps what each policy in force stands for in Redis: now, when the policy changes, whenever the connection is there again,
 * and, as long as it is not ended, every `lookMs` what Redis refused before. Then one set is written in any case, each in turn:
 * where Redis did not have it, it may have lost all, and all are written. So no more than HSET need be allowed. That parameters
 * cannot be written is logged once, until they can, and stops nothing. Does not keep a process alive.
 */
export async function keepParameters<P>(
  redis: Redis,
  source: Pick<PolicySource<P>, 'current' | 'onReload'>,
  logger: Pick<Logger, 'warn'>,
  lookMs = LOOK_MS,
): Promise<void> {
  /** Not written yet: of the policy in force, and of those before it that Redis refused. */
  const missing = new Map<string, string>();
  let turn = 0;
  let failing = false;

  const writeMissing = async (): Promise<void> => {
    while (missing.size > 0) {
      const meanings = [...missing].slice(0, SETS_A_COMMAND);
      await writeMeanings(redis, meanings);
      for (const [policy] of meanings) missing.delete(policy);
    }
  };
  const writeAll = async (): Promise<void> => {
    for (const { policy, text } of source.current().all()) missing.set(policy, text);
    await writeMissing();
  };
  const look = async (): Promise<void> => {
    await writeMissing();
    const all = source.current().all();
    const next = all[turn++ % all.length];
    if (next && (await writeMeanings(redis, [[next.policy, next.text]])) > 0) await writeAll();
  };
  const attempt = async (write: () => Promise<void>): Promise<void> => {
    try {
      await write();
      failing = false;
    } catch (error) {
      if (!failing)
        logger.warn({ err: error, key: POLICY_PARAMETERS_KEY }, 'the parameters of the policy were not written');
      failing = true;
    }
  };

  const writeLater = (): void => void attempt(writeAll);
  source.onReload(writeLater);
  redis.on('ready', writeLater);
  const looking = setInterval(() => {
    if (redis.status === 'ready') void attempt(look);
  }, lookMs).unref();
  redis.once('end', () => {
    clearInterval(looking);
  });
  await attempt(writeAll);
}

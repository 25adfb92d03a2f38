import type { PolicyBook } from '@quantum/efficiency-policy';
import { runBatch, type Redis } from '@quantum/redis-io';
import { POLICY_PARAMETERS_KEY } from '@quantum/redis-schemas';
import type { Logger } from '@quantum/service-kit';
import type { PolicySource } from './source.js';

/** Writes what each policy of a book stands for. @throws Error when Redis did not take it. */
export async function writeParameters(redis: Redis, book: Pick<PolicyBook<unknown>, 'all'>): Promise<void> {
  const texts = book.all().flatMap(({ policy, text }) => [policy, text]);
  const [reply] = await runBatch(redis, [['hset', POLICY_PARAMETERS_KEY, ...texts]]);
  if (!reply?.ok) throw reply?.error ?? new Error('no reply');
}

/**
 * Keeps what each policy in force stands for in Redis: now, when the policy changes, and whenever the connection is there
 * again, for Redis may have lost it. That it could not be written is logged and stops nothing.
 */
export async function keepParameters<P>(
  redis: Redis,
  source: Pick<PolicySource<P>, 'current' | 'onReload'>,
  logger: Pick<Logger, 'warn'>,
): Promise<void> {
  const write = async (): Promise<void> => {
    try {
      await writeParameters(redis, source.current());
    } catch (error) {
      logger.warn({ err: error, key: POLICY_PARAMETERS_KEY }, 'the parameters of the policy were not written');
    }
  };
  const writeLater = (): void => void write();
  source.onReload(writeLater);
  redis.on('ready', writeLater);
  await write();
}

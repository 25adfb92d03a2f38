import { runBatch, type Redis, valueOf } from '@quantum/redis-io';
import { GOVERNOR_LIMITS_KEY, POLICY_PARAMETERS_KEY } from '@quantum/redis-schemas';
import type { Logger } from '@quantum/service-kit';
import type { NamedLimits } from './limits.js';
import type { PolicySource } from './source.js';

/** Interval at which the hashes in Redis are checked, ms. */
const POLL_MS = 10_000;
/** Maximum number of texts per command: Redis serves others between two. */
const SETS_A_COMMAND = 200;

/** The canonical text of a hash that outputs carry. */
type Meaning = readonly [hash: string, text: string];

/** Texts of hashes, and where they are kept. */
interface Meanings {
  key: string;
  /** Name of the texts, for the log. */
  what: string;
  /** The texts in force now; at least one. */
  all: () => readonly Meaning[];
  /** Subscribes to later changes of the texts in force. */
  onChange: (listener: () => void) => void;
}

/** @returns how many of them were absent. @throws Error if Redis did not accept them. */
async function writeMeanings(redis: Redis, key: string, meanings: readonly Meaning[]): Promise<number> {
  const [reply] = await runBatch(redis, [['hset', key, ...meanings.flat()]]);
  return Number(valueOf(reply));
}

/** Keeps the text of each parameter set in force in Redis, as `keepMeanings` does. */
export const keepParameters = <P>(
  redis: Redis,
  source: Pick<PolicySource<P>, 'current' | 'onReload'>,
  logger: Pick<Logger, 'warn'>,
  pollMs?: number,
): Promise<void> => {
  const all = (): Meaning[] => source.current().all().map(({ policy, text }) => [policy, text]); // prettier-ignore
  const meanings = { key: POLICY_PARAMETERS_KEY, what: 'the parameters of the policy', all, onChange: source.onReload };
  return keepMeanings(redis, meanings, logger, pollMs);
};

/** Keeps the text of a service's one parameter set in Redis, as `keepMeanings` does. */
export const keepParameterSet = (
  redis: Redis,
  { policy, text }: { policy: string; text: string },
  logger: Pick<Logger, 'warn'>,
  pollMs?: number,
): Promise<void> => {
  const all = (): Meaning[] => [[policy, text]];
  const meanings = { key: POLICY_PARAMETERS_KEY, what: 'the parameters', all, onChange: () => undefined };
  return keepMeanings(redis, meanings, logger, pollMs);
};

/** Keeps the text of a governor's gate limits and modes in Redis, as `keepMeanings` does. */
export const keepLimits = (
  redis: Redis,
  { hash, text }: NamedLimits,
  logger: Pick<Logger, 'warn'>,
  pollMs?: number,
): Promise<void> => {
  const all = (): Meaning[] => [[hash, text]];
  // They come from the environment, which is read once.
  const meanings = { key: GOVERNOR_LIMITS_KEY, what: 'the limits of the gates', all, onChange: () => undefined };
  return keepMeanings(redis, meanings, logger, pollMs);
};

/**
 * Keeps the texts of hashes in Redis. It writes them now, when they change, and after each reconnect. While running, it
 * also writes every `pollMs` what Redis refused before. If nothing was refused, it writes one text, each in turn. If
 * Redis did not have that one, it may have lost all, and all are written. So only HSET must be permitted. A failure is
 * logged once until it ends, and stops nothing. Does not keep a process alive.
 */
async function keepMeanings(
  redis: Redis,
  { key, what, all, onChange }: Meanings,
  logger: Pick<Logger, 'warn'>,
  pollMs = POLL_MS,
): Promise<void> {
  /** Texts not written yet: of those in force, and of earlier ones that Redis refused. */
  const missing = new Map<string, string>();
  let index = 0;
  let failing = false;

  const writeMissing = async (): Promise<void> => {
    while (missing.size > 0) {
      const meanings = [...missing].slice(0, SETS_A_COMMAND);
      await writeMeanings(redis, key, meanings);
      for (const [hash] of meanings) missing.delete(hash);
    }
  };
  const writeAll = async (): Promise<void> => {
    for (const [hash, text] of all()) missing.set(hash, text);
    await writeMissing();
  };
  const poll = async (): Promise<void> => {
    await writeMissing();
    const meanings = all();
    const next = meanings[index++ % meanings.length];
    if (next && (await writeMeanings(redis, key, [next])) > 0) await writeAll();
  };
  const attempt = async (write: () => Promise<void>): Promise<void> => {
    try {
      await write();
      failing = false;
    } catch (error) {
      if (!failing) logger.warn({ err: error, key }, `${what} were not written`);
      failing = true;
    }
  };

  const writeLater = (): void => void attempt(writeAll);
  onChange(writeLater);
  redis.on('ready', writeLater);
  const polling = setInterval(() => {
    if (redis.status === 'ready') void attempt(poll);
  }, pollMs).unref();
  redis.once('end', () => {
    clearInterval(polling);
  });
  await attempt(writeAll);
}

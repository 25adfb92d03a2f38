import type { MultiplierReads } from '@quantum/effective-target';
import type { HashRead, HashValues } from '@quantum/permit-decorators';
import { hashValues, type KeyReads } from '@quantum/redis-io';
import { isLaterId } from '@quantum/redis-schemas';

/** How old an answer may get, ms: next to the ages at which a score is stale it is nothing. */
const KEPT_MS = 1000;

/** What was read lately of keys, by a name of each. */
export class Answers<T extends { readable: boolean }> {
  readonly #answers = new Map<string, { value: T; publishedId: string }>();

  /** What was read after the plan of this entry was published; undefined where it has to be read. */
  of(name: string, entryId: string): T | undefined {
    const answer = this.#answers.get(name);
    return answer && !isLaterId(entryId, answer.publishedId) ? answer.value : undefined;
  }

  /**
   * Keeps what was read, and returns it; what could not be read is asked for again. `publishedId`: a plan with this id
   * or an earlier one was published before the value was read.
   */
  keep(name: string, value: T, publishedId: string): T {
    if (value.readable) this.#answers.set(name, { value, publishedId });
    return value;
  }
}

/** What a rollout has published for a symbol. */
type Published = MultiplierReads['published'];

/** Answers of the last second. */
export class RecentAnswers {
  readonly #hashes = new Map<readonly string[], Answers<HashValues>>();
  /** By symbol. */
  readonly multipliers = new Answers<Published>();

  /** Of hashes that are read for these fields, by key. */
  hashes(fields: readonly string[]): Answers<HashValues> {
    let answers = this.#hashes.get(fields);
    if (!answers) this.#hashes.set(fields, (answers = new Answers<HashValues>()));
    return answers;
  }
}

/** What serves plans that have waited. */
export interface Recent {
  answers: RecentAnswers;
  /** A plan with this id or an earlier one is published. */
  publishedId: string;
}

/**
 * Reads a hash for the plan of an entry, unless its answer is kept. Ask the result for the values when the reads have
 * run.
 */
export function readRecent(
  reads: KeyReads,
  { answers, publishedId }: Recent,
  entryId: string,
  { key, fields }: HashRead,
): () => HashValues {
  const kept = answers.hashes(fields);
  const known = kept.of(key, entryId);
  if (known) return () => known;
  const group = reads.hashes(fields);
  const index = group.add(key);
  return () => kept.keep(key, hashValues(group.replies[index]), publishedId);
}

/**
 * What decorators have just read, for plans that have waited: a backlog has many of the same symbol. A plan is given
 * what was read after it was published itself, hence all that was written before it. Ids of the stream say so, no
 * clock: they grow, unless someone deletes the stream and begins with smaller ones; then it is what was read within a
 * second, no more. Of what gates take, only a rollout's multipliers are served from here: their expiry is compared with
 * now, and their epoch is read for every batch.
 */
export class RecentReads {
  readonly #nowMs: () => number;
  #answers = new RecentAnswers();
  #sinceMs = -Infinity;

  /** `nowMs` is a clock that is never set back. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * The answers that serve now, to be asked at once. They are dropped together, so that none serves for longer than a
   * second.
   */
  current(): RecentAnswers {
    const nowMs = this.#nowMs();
    if (nowMs - this.#sinceMs >= KEPT_MS) {
      this.#answers = new RecentAnswers();
      this.#sinceMs = nowMs;
    }
    return this.#answers;
  }
}

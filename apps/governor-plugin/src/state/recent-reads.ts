import type { HashRead, HashValues } from '@quantum/permit-decorators';
import { hashValues, type KeyReads } from '@quantum/redis-io';
import { isLaterId } from '@quantum/redis-schemas';

/** How old an answer may get, ms: next to the ages at which a score is stale it is nothing. */
const KEPT_MS = 1000;

interface Answer {
  values: HashValues;
  /** A plan with this id or an earlier one was published before these values were read. */
  publishedId: string;
}

/** Answers of the last second. */
export class Answers {
  readonly #byFields = new Map<readonly string[], Map<string, Answer>>();

  /** What was read of these fields after the plan of this entry was published; undefined where it has to be read. */
  of(key: string, fields: readonly string[], entryId: string): HashValues | undefined {
    const answer = this.#byFields.get(fields)?.get(key);
    return answer && !isLaterId(entryId, answer.publishedId) ? answer.values : undefined;
  }

  /** Keeps what was read, and returns it; what could not be read is asked for again. */
  keep(key: string, fields: readonly string[], answer: Answer): HashValues {
    if (!answer.values.readable) return answer.values;
    let answers = this.#byFields.get(fields);
    if (!answers) this.#byFields.set(fields, (answers = new Map<string, Answer>()));
    answers.set(key, answer);
    return answer.values;
  }
}

/** What serves plans that have waited. */
export interface Recent {
  answers: Answers;
  /** A plan with this id or an earlier one is published. */
  publishedId: string;
}

/** Reads a hash for the plan of an entry, unless its answer is kept. Ask the result for the values when the reads have run. */
export function readRecent(
  reads: KeyReads,
  { answers, publishedId }: Recent,
  entryId: string,
  { key, fields }: HashRead,
): () => HashValues {
  const known = answers.of(key, fields, entryId);
  if (known) return () => known;
  const group = reads.hashes(fields);
  const index = group.add(key);
  return () => answers.keep(key, fields, { values: hashValues(group.replies[index]), publishedId });
}

/**
 * What decorators have just read, for plans that have waited: a backlog has many of the same symbol. A plan is given what
 * was read after it was published itself, hence all that was written before it. Ids of the stream say so, no clock: they
 * grow, unless someone deletes the stream and begins with smaller ones; then it is what was read within a second, no more.
 * Of what gates take, only a rollout's multipliers are served from here: their expiry is compared with now, and their epoch is read
 * for every batch.
 */
export class RecentReads {
  readonly #nowMs: () => number;
  #answers = new Answers();
  #sinceMs = -Infinity;

  /** `nowMs` is a clock that is never set back. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The answers that serve now, to be asked at once. They are dropped together, so that none serves for longer than a second. */
  current(): Answers {
    const nowMs = this.#nowMs();
    if (nowMs - this.#sinceMs >= KEPT_MS) {
      this.#answers = new Answers();
      this.#sinceMs = nowMs;
    }
    return this.#answers;
  }
}

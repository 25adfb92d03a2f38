import { Cluster } from 'ioredis';
import { runBatch } from './batch.js';
import type { Redis } from './connect.js';
import { jsonReply, type Command, type Reply } from './reply.js';
import { defineScript, readScriptCommand, runScripts } from './script.js';

/** Keys of one call at most: 350 took 0.3 ms on the server. */
const KEYS_PER_CALL = 350;

/**
 * Reads many keys, each by itself: what one cannot give leaves the others alone.
 *
 * KEYS  the keys, group by group
 * ARGV  of each group: command (GET, EXISTS, HMGET), number of its keys, number of its fields, the fields
 * Returns a JSON array with an answer per key: a value, null, a list of them, or {"err"}
 *
 * Not for the sake of atomicity: a command costs the client some 3 us and each value of a reply a Buffer, a key of this
 * script a third of that.
 */
const READ_KEYS = defineScript(`
local answers, k, a = {}, 0, 1
while ARGV[a] do
  local name, count, fields = ARGV[a], tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2])
  for _ = 1, count do
    k = k + 1
    local answer = redis.pcall(name, KEYS[k], unpack(ARGV, a + 3, a + 2 + fields))
    if type(answer) == 'table' then
      if answer.err then answer = {err = answer.err} end
      for i = 1, #answer do answer[i] = answer[i] or cjson.null end
    end
    answers[k] = answer or cjson.null
  end
  a = a + 3 + fields
end
return cjson.encode(answers)
`);

/** Keys that are read by the same command. */
export class ReadGroup {
  readonly keys: string[] = [];
  readonly #places = new Map<string, number>();
  readonly #name: string;
  readonly #fields: readonly string[];
  replies: readonly Reply[] = [];

  constructor(name: string, fields: readonly string[]) {
    this.#name = name;
    this.#fields = fields;
  }

  /** Asks for a key and answers where its reply will be; a key asked for twice is read once. */
  add(key: string): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.keys.length);
    return this.keys.push(key) - 1;
  }

  command(key: string): Command {
    return [this.#name, key, ...this.#fields];
  }

  /** The group's part of the script's arguments, for so many keys. */
  header(keys: number): (string | number)[] {
    return [this.#name, keys, this.#fields.length, ...this.#fields];
  }
}

/** Collects reads of keys, and reads them in one round trip: by few scripts, in a Cluster as commands. */
export class KeyReads {
  readonly #groups = new Map<string, ReadGroup>();

  /** The group of what is read so: one for each command and list of fields. */
  group(name: 'get' | 'exists' | 'hmget', fields: readonly string[] = []): ReadGroup {
    const shape = fields.length === 0 ? name : `${name} ${fields.join('\0')}`;
    const known = this.#groups.get(shape);
    if (known) return known;
    const group = new ReadGroup(name, fields);
    this.#groups.set(shape, group);
    return group;
  }

  /**
   * Reads; each group then has its replies. Answers the replies to `others`, which are run before, in the same round trip.
   * @throws BatchError as `runBatch` does.
   */
  async run(redis: Redis, others: readonly Command[]): Promise<Reply[]> {
    const groups = [...this.#groups.values()];
    const reads = groups.flatMap((group) => group.keys.map((key) => ({ group, key })));
    const single = (some: readonly { group: ReadGroup; key: string }[]): Command[] =>
      some.map(({ group, key }) => group.command(key));
    let replies: Reply[];
    let first: Reply[];
    if (redis instanceof Cluster) {
      replies = await runBatch(redis, [...others, ...single(reads)]);
      first = replies.splice(0, others.length);
    } else {
      const parts: (typeof reads)[] = [];
      for (let from = 0; from < reads.length; from += KEYS_PER_CALL)
        parts.push(reads.slice(from, from + KEYS_PER_CALL));
      const answers = await runScripts(redis, [READ_KEYS], [...others, ...parts.map(packed)]);
      first = answers.splice(0, others.length);
      replies = [];
      for (const [i, part] of parts.entries()) {
        const answer = answers[i] as Reply;
        if (answer.ok) replies.push(...(JSON.parse(answer.value as string) as unknown[]).map(jsonReply));
        // Refused as such, for lack of permission for one of the keys: then each by itself.
        else replies.push(...(answer.kind === 'key' ? await runBatch(redis, single(part)) : part.map(() => answer)));
      }
    }
    let from = 0;
    for (const group of groups) group.replies = replies.slice(from, (from += group.keys.length));
    return first;
  }
}

function packed(reads: readonly { group: ReadGroup; key: string }[]): Command {
  const args: (string | number)[] = [];
  for (let from = 0; from < reads.length;) {
    const { group } = reads[from] as (typeof reads)[number];
    let to = from;
    while (reads[to]?.group === group) to += 1;
    args.push(...group.header(to - from));
    from = to;
  }
  return readScriptCommand(READ_KEYS, reads.map(({ key }) => key), args); // prettier-ignore
}

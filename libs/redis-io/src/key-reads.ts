import { Cluster } from 'ioredis';
import type { Redis } from './connect.js';
import READ_KEYS_LUA from './lua/read-keys.lua';
import { jsonReply, type Command, type Reply } from './reply.js';
import { defineScript, luaOf, readScriptCommand, runScripts, type Script } from './script.js';

/** Maximum keys per call: 350 took 0.3 ms on the server. */
const KEYS_PER_CALL = 350;

const READ_KEYS = defineScript(luaOf([READ_KEYS_LUA]));

/**
 * Bytes of a hash field that are read, one more than a number may have: readers refuse longer values. A field of 100 MB
 * would occupy the connection and the process for seconds, and delay the plans of other symbols.
 */
const MAX_FIELD_BYTES = 1025;

type ReadName = 'get' | 'exists' | 'hmget';

/** The reply for keys that are absent. */
const ABSENT: Readonly<Record<ReadName, Reply>> = {
  get: { ok: true, value: null },
  exists: { ok: true, value: 0 },
  hmget: { ok: true, value: [] }, // never asked of a whole group
};

/** Keys that are read by the same command. */
export class ReadGroup {
  readonly keys: string[] = [];
  readonly name: ReadName;
  readonly #places = new Map<string, number>();
  readonly #fields: readonly string[];
  /** Maximum bytes of a value that are read, 0 for all. */
  readonly maxBytes: number;
  replies: Reply[] = [];

  constructor(name: ReadName, fields: readonly string[], maxBytes: number) {
    this.name = name;
    this.#fields = fields;
    this.maxBytes = maxBytes;
  }

  /** Adds a read of a key and returns the index of its reply. A key that is added twice is read once. */
  add(key: string): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.keys.length);
    return this.append(key);
  }

  /** The same for a key that was not added before: it is not looked up. */
  append(key: string): number {
    return this.keys.push(key) - 1;
  }

  command(key: string): Command {
    return [this.name, key, ...this.#fields];
  }

  /** The group's part of the script's arguments, for this number of keys. */
  header(keys: number): (string | number)[] {
    return [this.name.toUpperCase(), keys, this.maxBytes, this.#fields.length, ...this.#fields];
  }
}

/** Some of a group's keys, read by one call. */
interface Part {
  group: ReadGroup;
  keys: readonly string[];
}

/** Collects reads of keys and runs them in one round trip: by few scripts, or in a Cluster as commands. */
export class KeyReads {
  readonly #groups = new Map<string, ReadGroup>();
  /** Groups of hashes by the identity of their field list, which is mostly the same for every plan. */
  readonly #hashes = new Map<readonly string[], ReadGroup>();

  /** The group of hashes with these fields. */
  hashes(fields: readonly string[]): ReadGroup {
    const known = this.#hashes.get(fields);
    if (known) return known;
    const group = this.group('hmget', fields);
    this.#hashes.set(fields, group);
    return group;
  }

  /**
   * The group of keys with this command and field list. Groups of GET or EXISTS have a `label` each: keys that mostly
   * exist and keys that mostly do not are faster in separate groups. Values are cut after `maxBytes`, 0 for never.
   */
  group(
    name: ReadName,
    fields: readonly string[] = [],
    label = '',
    maxBytes = name === 'hmget' ? MAX_FIELD_BYTES : 0,
  ): ReadGroup {
    const shape = `${name} ${fields.join('\0')} ${label} ${maxBytes}`;
    const known = this.#groups.get(shape);
    if (known) return known;
    const group = new ReadGroup(name, fields, maxBytes);
    this.#groups.set(shape, group);
    return group;
  }

  /**
   * Runs the reads and gives each group its replies. Returns the replies to `others`, which run first, in the same
   * round trip, and may run `scripts`.
   * @throws BatchError as `runBatch` does.
   */
  async run(redis: Redis, others: readonly Command[], scripts: readonly Script[] = []): Promise<Reply[]> {
    const groups = [...this.#groups.values()].filter(({ keys }) => keys.length > 0);
    for (const group of groups) group.replies = [];
    if (redis instanceof Cluster) {
      const reads = groups.flatMap((group) => group.keys.map((key) => commandOf(group, key)));
      const replies = await runScripts(redis, [READ_KEYS, ...scripts], [...others, ...reads]);
      let from = others.length;
      for (const group of groups) {
        group.replies = replies.slice(from, (from += group.keys.length)).map((reply) => answerOf(group, reply));
      }
      return replies.slice(0, others.length);
    }
    const calls = callsOf(groups);
    const replies = await runScripts(redis, [READ_KEYS, ...scripts], [...others, ...calls.map(packed)]);
    for (const [i, parts] of calls.entries()) {
      const reply = replies[others.length + i] as Reply;
      if (reply.ok) {
        const answers = JSON.parse(reply.value as string) as (unknown[] | 0)[];
        for (const [j, part] of parts.entries()) take(part, answers[j] ?? 0);
      } else {
        // The server refused the whole call for a missing permission on one of the keys. Read each key alone.
        const commands = parts.flatMap(({ group, keys }) => keys.map((key) => commandOf(group, key)));
        const each = reply.kind === 'key' ? await runScripts(redis, [READ_KEYS], commands) : commands.map(() => reply);
        for (const { group, keys } of parts) {
          group.replies.push(...each.splice(0, keys.length).map((one) => answerOf(group, one)));
        }
      }
    }
    return replies.slice(0, others.length);
  }
}

/** The read of one key. Uses the script if a value may have to be cut. */
const commandOf = (group: ReadGroup, key: string): Command =>
  group.maxBytes === 0 ? group.command(key) : packed([{ group, keys: [key] }]);

/** The reply for one key to `commandOf`. */
function answerOf(group: ReadGroup, reply: Reply): Reply {
  if (!reply.ok || group.maxBytes === 0) return reply;
  const [answers = 0] = JSON.parse(reply.value as string) as (unknown[] | 0)[];
  return answers === 0 ? ABSENT[group.name] : jsonReply(answers[0]);
}

/** The reads of each call. */
function callsOf(groups: readonly ReadGroup[]): Part[][] {
  const calls: Part[][] = [];
  let free = 0;
  for (const group of groups) {
    for (let from = 0; from < group.keys.length;) {
      if (free === 0) {
        calls.push([]);
        free = KEYS_PER_CALL;
      }
      const keys = group.keys.slice(from, from + free);
      calls.at(-1)?.push({ group, keys });
      from += keys.length;
      free -= keys.length;
    }
  }
  return calls;
}

function take({ group, keys }: Part, answers: readonly unknown[] | 0): void {
  for (let i = 0; i < keys.length; i += 1) {
    group.replies.push(answers === 0 ? ABSENT[group.name] : jsonReply(answers[i]));
  }
}

function packed(parts: readonly Part[]): Command {
  const keys: string[] = [];
  const args: (string | number)[] = [];
  for (const part of parts) {
    keys.push(...part.keys);
    args.push(...part.group.header(part.keys.length));
  }
  return readScriptCommand(READ_KEYS, keys, args);
}

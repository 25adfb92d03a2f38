import { Cluster } from 'ioredis';
import { runBatch } from './batch.js';
import type { Redis } from './connect.js';
import type { CachedRead, ReadCache } from './read-cache.js';
import { isReplyError, jsonReply, type Command, type Reply } from './reply.js';
import { defineScript, readScriptCommand, runScripts } from './script.js';

/** Keys of one call at most: 350 took 0.3 ms on the server. */
const KEYS_PER_CALL = 350;
/** The same where changes are told of: with each read of a script, Redis notes down all of the script's keys. */
const FOLLOWED_KEYS_PER_CALL = 16;

/**
 * Reads many keys, each by itself: what one cannot give leaves the others alone.
 *
 * KEYS  the keys, group by group
 * ARGV  of each group: command (GET, EXISTS, HMGET), number of its keys, number of its fields, the fields
 * Returns a JSON array with the answers of each group: an array with one per key (a value, null, a list of them, {"err"}),
 *       or 0 where none of its keys is there
 *
 * What can be asked of a whole group at once is: whether any of its keys is there, and texts, by MGET, which calls a key
 * of another type absent, so that those without a text are read one by one. A key cost 1.7 us by itself.
 *
 * Not for the sake of atomicity: a command costs the client some 3 us and each value of a reply a Buffer, a key of this
 * script a third of that.
 */
const READ_KEYS = defineScript(`
local answers, k, a = {}, 0, 1
while ARGV[a] do
  local name, count, fields = ARGV[a], tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2])
  local answer, texts = {}, nil
  if name ~= 'HMGET' then
    if redis.pcall('EXISTS', unpack(KEYS, k + 1, k + count)) == 0 then answer = 0 end
  end
  if name == 'GET' and answer ~= 0 then
    texts = redis.pcall('MGET', unpack(KEYS, k + 1, k + count))
    if texts.err then texts = nil end
  end
  for i = 1, answer == 0 and 0 or count do
    local one = texts and texts[i] or redis.pcall(name, KEYS[k + i], unpack(ARGV, a + 3, a + 2 + fields))
    if type(one) == 'table' then
      if one.err then one = {err = one.err} end
      for j = 1, #one do one[j] = one[j] or cjson.null end
    end
    answer[i] = one or cjson.null
  end
  answers[#answers + 1] = answer
  k = k + count
  a = a + 3 + fields
end
return cjson.encode(answers)
`);

type ReadName = 'get' | 'exists' | 'hmget';

/** The answer for keys that are not there. */
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
  /** What this group asks of a key. */
  readonly shape: string;
  /** Whether an answer of the cache will do. */
  readonly mayBeKept: boolean;
  /** By place. */
  replies: Reply[] = [];

  constructor(name: ReadName, fields: readonly string[], shape: string, mayBeKept: boolean) {
    this.name = name;
    this.mayBeKept = mayBeKept;
    this.#fields = fields;
    this.shape = shape;
  }

  /** Asks for a key and answers where its reply will be; a key asked for twice is read once. */
  add(key: string): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.keys.length);
    return this.keys.push(key) - 1;
  }

  command(key: string): Command {
    return [this.name, key, ...this.#fields];
  }

  /** The group's part of the script's arguments, for so many keys. */
  header(keys: number): (string | number)[] {
    return [this.name.toUpperCase(), keys, this.#fields.length, ...this.#fields];
  }
}

/** Some of a group's keys, by their places. */
interface Part {
  group: ReadGroup;
  places: readonly number[];
  /** Where the answers are kept, if changes of the keys are told of. */
  reads?: readonly CachedRead[];
}

/** Has the server tell of changes of what the next command reads. */
const TELL_OF_CHANGES: Command = ['client', 'CACHING', 'YES'];

/**
 * Collects reads of keys, and reads them in one round trip: by few scripts, in a Cluster as commands. Where a cache is given,
 * `hashes` may come from it: what the server had told of as changed before it answered the rest is read again.
 */
export class KeyReads {
  readonly #groups = new Map<string, ReadGroup>();
  /** Groups of hashes by the very list of fields that was given, which is mostly the same one for every plan. */
  readonly #hashes = new Map<readonly string[], ReadGroup>();
  readonly #cache: ReadCache | undefined;

  constructor(cache?: ReadCache) {
    this.#cache = cache;
  }

  /** The group of hashes of which these fields are read, or taken from the cache. */
  hashes(fields: readonly string[]): ReadGroup {
    const known = this.#hashes.get(fields);
    if (known) return known;
    const group = this.#group('hmget', fields, '', true);
    this.#hashes.set(fields, group);
    return group;
  }

  /**
   * The group of what is read so, each time: one for each command and list of fields. Of several by GET or EXISTS, each has a
   * `label`: keys that are mostly there and keys that are mostly not are quicker apart.
   */
  group(name: ReadName, fields: readonly string[] = [], label = ''): ReadGroup {
    return this.#group(name, fields, label, false);
  }

  #group(name: ReadName, fields: readonly string[], label: string, mayBeKept: boolean): ReadGroup {
    const shape = `${name} ${fields.join('\0')} ${label} ${mayBeKept ? 'kept' : ''}`;
    const known = this.#groups.get(shape);
    if (known) return known;
    const group = new ReadGroup(name, fields, shape, mayBeKept);
    this.#groups.set(shape, group);
    return group;
  }

  /**
   * Reads; each group then has its replies. Answers the replies to `others`, which are run before, in the same round trip.
   * @throws BatchError as `runBatch` does.
   */
  async run(redis: Redis, others: readonly Command[]): Promise<Reply[]> {
    const cache = this.#cache?.isOn === true ? this.#cache : undefined;
    const plain: Part[] = [];
    const kept: Part[] = [];
    const known: Required<Part>[] = [];
    for (const group of this.#groups.values()) {
      group.replies = new Array<Reply>(group.keys.length);
      if (cache && group.mayBeKept) {
        const found = fromCache(cache, group);
        known.push(found.known);
        kept.push(found.asked);
      } else {
        plain.push({ group, places: [...group.keys.keys()] });
      }
    }
    const { replies, isRefused } = await read(redis, others, plain, kept);
    if (isRefused) cache?.stop();
    if (!cache || known.every(({ places }) => places.length === 0)) return replies;
    await noticesAreIn();
    const overtaken = known.flatMap((part) => overtakenOf(cache, part));
    if (overtaken.length > 0) await read(redis, [], overtaken, []);
    return replies;
  }
}

/**
 * What the server sent before an answer that is here lies at the other socket by now. It is read with the next look at all
 * sockets: a look that is going on may have begun before it came.
 */
async function noticesAreIn(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Takes what counts from the cache, and says what is to be asked for. */
function fromCache(cache: ReadCache, group: ReadGroup): { known: Required<Part>; asked: Required<Part> } {
  const known = { group, places: [] as number[], reads: [] as CachedRead[] };
  const asked = { group, places: [] as number[], reads: [] as CachedRead[] };
  for (const [place, key] of group.keys.entries()) {
    const found = cache.find(key, group.shape);
    if (found?.reply) group.replies[place] = found.reply;
    const to = found ? known : asked;
    to.places.push(place);
    to.reads.push(found ?? cache.asking(key, group.shape));
  }
  return { known, asked };
}

/** What was taken from the cache, and does not count any more. */
function overtakenOf(cache: ReadCache, { group, places, reads }: Required<Part>): Part[] {
  const overtaken = places.filter((_, i) => !cache.counts(reads[i] as CachedRead));
  return overtaken.length > 0 ? [{ group, places: overtaken }] : [];
}

/**
 * Reads parts of groups in one round trip, after `others`, whose replies it answers; of `kept`, changes are to be told of, and
 * `isRefused` says that this is not granted any more.
 */
async function read(
  redis: Redis,
  others: readonly Command[],
  plain: readonly Part[],
  kept: readonly Part[],
): Promise<{ replies: Reply[]; isRefused: boolean }> {
  if (redis instanceof Cluster) {
    const replies = await runBatch(redis, [...others, ...plain.flatMap(single)]);
    let from = others.length;
    for (const part of plain) part.places.forEach((place) => (part.group.replies[place] = replies[from++] as Reply)); // prettier-ignore
    return { replies: replies.slice(0, others.length), isRefused: false };
  }
  const commands = [...others];
  const calls: { parts: Part[]; at: number }[] = [];
  const call = (parts: Part[]): void => {
    calls.push({ parts, at: commands.push(packed(parts)) - 1 });
  };
  callsOf(plain, KEYS_PER_CALL).forEach(call);
  for (const parts of callsOf(kept, FOLLOWED_KEYS_PER_CALL)) {
    commands.push(TELL_OF_CHANGES);
    call(parts);
  }
  const replies = await runScripts(redis, [READ_KEYS], commands);
  let isRefused = false;
  for (const { parts, at } of calls) {
    const reply = replies[at] as Reply;
    const permission = commands[at - 1] === TELL_OF_CHANGES ? replies[at - 1] : undefined;
    if (permission && !permission.ok && isReplyError(permission.error)) isRefused = true;
    if (reply.ok) {
      const answers = JSON.parse(reply.value as string) as (unknown[] | 0)[];
      for (const [j, part] of parts.entries()) take(part, answers[j] ?? 0, permission?.ok === true);
    } else {
      // Refused as such, for lack of permission for one of the keys: then each by itself.
      const singles = parts.flatMap(single);
      const each = reply.kind === 'key' ? await runBatch(redis, singles) : singles.map(() => reply);
      for (const { group, places } of parts) {
        const own = each.splice(0, places.length);
        places.forEach((place, i) => (group.replies[place] = own[i] as Reply));
      }
    }
  }
  return { replies: replies.slice(0, others.length), isRefused };
}

const keysOf = ({ group, places }: Part): string[] => places.map((place) => group.keys[place] as string);

const single = (part: Part): Command[] => keysOf(part).map((key) => part.group.command(key));

/** The reads of each call. */
function callsOf(parts: readonly Part[], keysPerCall: number): Part[][] {
  const calls: Part[][] = [];
  let room = 0;
  for (const { group, places, reads } of parts) {
    for (let from = 0; from < places.length;) {
      if (room === 0) {
        calls.push([]);
        room = keysPerCall;
      }
      const to = Math.min(from + room, places.length);
      calls.at(-1)?.push({ group, places: places.slice(from, to), ...(reads && { reads: reads.slice(from, to) }) });
      room -= to - from;
      from = to;
    }
  }
  return calls;
}

function take({ group, places, reads }: Part, answers: readonly unknown[] | 0, isToldOf: boolean): void {
  for (const [i, place] of places.entries()) {
    const reply = answers === 0 ? ABSENT[group.name] : jsonReply(answers[i]);
    group.replies[place] = reply;
    const kept = reads?.[i];
    if (kept && isToldOf && reply.ok) {
      Object.freeze(reply.value); // it is given to many
      kept.reply = reply;
    }
  }
}

function packed(parts: readonly Part[]): Command {
  const keys: string[] = [];
  const args: (string | number)[] = [];
  for (const part of parts) {
    keys.push(...keysOf(part));
    args.push(...part.group.header(part.places.length));
  }
  return readScriptCommand(READ_KEYS, keys, args);
}

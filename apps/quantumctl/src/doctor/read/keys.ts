import { scanKeys, type Command, type Redis } from '@quantum/redis-io';
import { symbolAfter, symbolOfTargetKey } from '@quantum/redis-schemas';
import type { HashFacts } from '../facts.js';
import { fieldsToRead, INPUT_LIST, INPUTS, type InputName } from '../inputs.js';
import type { Asker } from './ask.js';

/** Keys that a scan looks at, of whatever owner. */
const MAX_KEYS = 200_000;
/** Hashes of a kind that are read. */
const MAX_HASHES = 2000;
const PER_CALL = 1000;

/** The symbols of each kind of hash. @throws BatchError when Redis does not answer */
async function scanned(redis: Redis, asker: Asker): Promise<Readonly<Record<InputName, Set<string>>>> {
  const found = Object.fromEntries(INPUT_LIST.map(([name]) => [name, new Set<string>()])) as Record<InputName, Set<string>>; // prettier-ignore
  let looked = 0;
  try {
    // Without a pattern: the server would look at all keys all the same, and a bound would count only those that match.
    for await (const key of scanKeys(redis, '*', PER_CALL)) {
      looked += 1;
      if (looked > MAX_KEYS) {
        asker.note('keys', `only the first ${MAX_KEYS} keys of this Redis were looked at`, false);
        break;
      }
      for (const [name, { prefix }] of INPUT_LIST) {
        const symbol = name === 'targets' ? targetSymbol(key) : symbolAfter(prefix, key);
        if (symbol !== undefined) found[name].add(symbol);
      }
    }
  } catch (error) {
    if (!(error as Error).message.startsWith('NOPERM')) throw error;
    asker.note('SCAN', (error as Error).message, true);
  }
  return found;
}

function targetSymbol(key: Uint8Array): string | undefined {
  const name = symbolOfTargetKey(key);
  return name.kind === 'symbol' ? name.symbol : undefined;
}

/** The hashes by symbol that other teams write. @throws BatchError when Redis does not answer */
export async function readHashes(redis: Redis, asker: Asker): Promise<Readonly<Record<InputName, HashFacts[]>>> {
  const found = await scanned(redis, asker);
  const hashes = {} as Record<InputName, HashFacts[]>;
  for (const [name] of INPUT_LIST) {
    const symbols = [...found[name]].sort();
    if (symbols.length > MAX_HASHES) {
      asker.note(`${INPUTS[name].prefix}*`, `only ${MAX_HASHES} of ${symbols.length} keys were read`, false);
    }
    hashes[name] = await readKind(name, symbols.slice(0, MAX_HASHES), asker);
  }
  return hashes;
}

async function readKind(name: InputName, symbols: readonly string[], asker: Asker): Promise<HashFacts[]> {
  const { prefix } = INPUTS[name];
  const names = fieldsToRead(INPUTS[name]);
  const commands = symbols.flatMap((symbol): Command[] => [
    ['hmget', prefix + symbol, ...names],
    ['pttl', prefix + symbol],
  ]);
  const values = await asker.values(`${prefix}*`, commands);
  return symbols.flatMap((symbol, i) => {
    const [texts, ttlMs] = [values[2 * i] as (string | null)[] | undefined, values[2 * i + 1] as number | undefined];
    const isGone = ttlMs === -2;
    if (!texts || isGone) return [];
    const fields = Object.fromEntries(names.flatMap((field, j) => (texts[j] == null ? [] : [[field, texts[j]]])));
    return { key: prefix + symbol, symbol, fields, ttlSec: ttlMs === -1 || ttlMs === undefined ? undefined : ttlMs / 1000 };
  }); // prettier-ignore
}

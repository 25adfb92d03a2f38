import { parseJson } from '@quantum/redis-schemas';

// JSON has no maps, no sets, and no number that is not finite. Each becomes an object of one tag.
const NUMBERS: ReadonlyMap<string, number> = new Map([NaN, Infinity, -Infinity].map((value) => [String(value), value]));

/**
 * Any plain value with maps, sets and all numbers as JSON, to the bit except the sign of 0. What is undefined is left
 * out.
 */
export const encodeAny = (value: unknown): string =>
  JSON.stringify(value, (_name, each: unknown) => {
    if (each instanceof Map) return { $map: [...(each as Map<unknown, unknown>)] };
    if (each instanceof Set) return { $set: [...(each as Set<unknown>)] };
    return typeof each === 'number' && !Number.isFinite(each) ? { $number: String(each) } : each;
  });

/**
 * Reads what `encodeAny` wrote; undefined where it is not JSON. Objects that are like a tag but hold something else
 * stay as they are.
 */
export function decodeAny(text: string): unknown {
  return revived(parseJson(text));
}

function revived(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[tag, held] = []] = entries;
  if (entries.length === 1) {
    if (tag === '$number' && typeof held === 'string') return NUMBERS.get(held);
    if (tag === '$set' && Array.isArray(held)) return new Set(held.map(revived));
    if (tag === '$map' && Array.isArray(held) && held.every(isPair)) return new Map(held.map(([k, v]) => [revived(k), revived(v)])); // prettier-ignore
  }
  return Object.fromEntries(entries.map(([name, each]) => [name, revived(each)]));
}

const isPair = (value: unknown): value is [unknown, unknown] => Array.isArray(value) && value.length === 2;

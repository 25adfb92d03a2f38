/** Numbers in [0, 1). */
export type Rng = () => number;

/** Tommy Ettinger's mulberry32: small, well known, good enough for tests and demonstrations; not for secrets. */
export function mulberry32(seed: number): Rng {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A standard normal number (Box and Muller). */
export const gaussian = (rng: Rng): number => Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());

/** Draws from a seed: the same seed draws the same values in the same order. */
export interface Random {
  /** In [0, 1). */
  next: Rng;
  /** A whole number in [0, n). */
  below: (n: number) => number;
  /** A number in [least, most). */
  between: (least: number, most: number) => number;
  chance: (probability: number) => boolean;
  pick: <T>(items: readonly [T, ...T[]]) => T;
  bytes: (length: number) => Buffer;
}

export function seeded(seed: number): Random {
  const next = mulberry32(seed);
  const below = (n: number): number => Math.floor(next() * n);
  return {
    next,
    below,
    between: (least, most) => least + next() * (most - least),
    chance: (probability) => next() < probability,
    pick: (items) => items[below(items.length)] ?? items[0],
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}

/** A seed for each name: draws under one name do not change those under another. */
export const seedOf = (seed: number, name: string): number =>
  Buffer.from(name).reduce((mixed, byte) => (Math.imul(mixed, 31) + byte) >>> 0, seed >>> 0);

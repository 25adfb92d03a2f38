/** Everything that is left to chance, drawn from a seed: the same seed draws the same kills, plans and garbage. */
export interface Random {
  /** In [0, 1). */
  next: () => number;
  /** A whole number in [0, n). */
  below: (n: number) => number;
  /** A number in [least, most). */
  between: (least: number, most: number) => number;
  chance: (probability: number) => boolean;
  pick: <T>(items: readonly [T, ...T[]]) => T;
  bytes: (length: number) => Buffer;
}

/** Tommy Ettinger's mulberry32: small, well known, good enough to break things with. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
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

/** A generator of its own for one scenario: what the others draw does not change it. */
export const seedOf = (seed: number, name: string): number =>
  Buffer.from(name).reduce((mixed, byte) => (Math.imul(mixed, 31) + byte) >>> 0, seed >>> 0);

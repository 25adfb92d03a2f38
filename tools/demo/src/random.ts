/** Numbers in [0, 1). */
export type Rng = () => number;

/** Tommy Ettinger's mulberry32: small, well known, good enough for a demonstration; not for anything secret. */
export function mulberry32(seed: number): Rng {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The generator of one tick: a tick can be replayed without those before it. */
export const rngOfTick = (seed: number, tick: number): Rng => mulberry32(seed ^ Math.imul(tick + 1, 0x9e3779b1));

/** A standard normal number (Box and Muller). */
export const gaussian = (rng: Rng): number => Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());

/** One of the items, all equally likely; undefined if there is none. */
export const pick = <T>(items: readonly T[], rng: Rng): T | undefined => items[Math.floor(rng() * items.length)];

import { mulberry32, type Rng } from '@quantum/testbed';

/** The generator of one tick: a tick can be replayed without those before it. */
export const rngOfTick = (seed: number, tick: number): Rng => mulberry32(seed ^ Math.imul(tick + 1, 0x9e3779b1));

/** One of the items, all equally likely; undefined if absent. */
export const pick = <T>(items: readonly T[], rng: Rng): T | undefined => items[Math.floor(rng() * items.length)];

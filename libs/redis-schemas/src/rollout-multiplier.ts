import { full, parseNumber } from './text.js';

/** How far a multiplier may go: `down_only` never above 1, so that a target only shrinks. */
export const ROLLOUT_DIRECTIONS = ['down_only', 'both'] as const;
export type RolloutDirection = (typeof ROLLOUT_DIRECTIONS)[number];

/** A multiplier as the rollout publishes it. */
export interface PublishedMultiplier {
  /** Effective multiplier, >= 0: `1 + blend * (proposedMultiplier - 1)`, after guards and slew. */
  multiplier: number;
  /** The proposal's multiplier as read, and the share of its distance from 1 that is enforced, 0..1. */
  proposedMultiplier: number;
  blend: number;
  direction: RolloutDirection;
  /** Hash of the plan, 12 hex digits, and name of its stage. */
  plan: string;
  stage: string;
  /** Policy hash of the proposal. */
  policy: string;
  /** Epoch under which it was written. */
  epoch: number;
  /** Token of the lease under which it was written. */
  fence: string;
  /** Unix seconds, Redis time. The key expires at `expiresAtSec`. */
  tsEpochSec: number;
  expiresAtSec: number;
  /** Why it has its value: a code of rollout-plan. */
  reason: string;
}

const TEXTS = {
  multiplier: (m) => full(m.multiplier),
  proposed_multiplier: (m) => full(m.proposedMultiplier),
  blend: (m) => full(m.blend),
  direction: (m) => m.direction,
  plan: (m) => m.plan,
  stage: (m) => m.stage,
  policy: (m) => m.policy,
  epoch: (m) => full(m.epoch),
  fence: (m) => m.fence,
  ts_epoch: (m) => full(m.tsEpochSec),
  expires_at: (m) => full(m.expiresAtSec),
  reason: (m) => m.reason,
} as const satisfies Record<string, (multiplier: PublishedMultiplier) => string>;

/** The hash of a multiplier as a flat `[field, value, ...]` list. */
export const multiplierHash = (multiplier: PublishedMultiplier): string[] =>
  Object.entries(TEXTS).flatMap(([name, textOf]) => [name, textOf(multiplier)]);

/** Number of texts in `multiplierHash`. */
export const MULTIPLIER_HASH_TEXTS = 2 * Object.keys(TEXTS).length;

/** The fields that decide whether a multiplier counts, in the order of the HMGET. */
export const MULTIPLIER_FIELDS = [
  'multiplier',
  'direction',
  'epoch',
  'expires_at',
] as const satisfies readonly (keyof typeof TEXTS)[];

/** A multiplier as a reader finds it. A field is undefined if it cannot be what it should be. */
export interface MultiplierReading {
  /** >= 0. */
  multiplier: number | undefined;
  direction: RolloutDirection | undefined;
  epoch: number | undefined;
  /** Unix seconds. */
  expiresAtSec: number | undefined;
}

// What INCR can write, as far as a double holds it exactly. One text per number: two readers never disagree.
const EPOCH = /^(?:0|[1-9]\d{0,15})$/;

/** Parses the text of an epoch: a whole number of at most 2^53 - 1, as INCR writes it. Undefined for anything else. */
export function parseEpoch(text: string | null): number | undefined {
  const epoch = text !== null && EPOCH.test(text) ? Number(text) : undefined;
  return Number.isSafeInteger(epoch) ? epoch : undefined;
}

/** Parses the values of an HMGET of `MULTIPLIER_FIELDS`; undefined if none is present. */
export function parseMultiplier(values: readonly (string | null)[]): MultiplierReading | undefined {
  const [multiplier = null, direction = null, epoch = null, expiresAt = null] = values;
  if (multiplier === null && direction === null && epoch === null && expiresAt === null) return undefined;
  const value = parseNumber(multiplier) ?? -1;
  return {
    multiplier: value >= 0 ? value : undefined,
    direction: ROLLOUT_DIRECTIONS.find((known) => known === direction),
    epoch: parseEpoch(epoch),
    expiresAtSec: parseNumber(expiresAt),
  };
}

import { parseJson } from '@quantum/redis-schemas';
import * as z from 'zod';

export const ROLLOUT_STATES = [
  'off',
  'baking',
  'ready',
  'holding',
  'reduce_only',
  'rolled_back',
  'done',
  'killed',
] as const;
export type RolloutStateName = (typeof ROLLOUT_STATES)[number];

/** Why a rollout holds: a guard, a person, or a missing approval. */
export const HOLD_CAUSES = ['guard', 'command', 'approval'] as const;
export type HoldCause = (typeof HOLD_CAUSES)[number];

const count = z.int().min(0);
const hash = z.string().max(64);

const StateSchema = z.strictObject({
  version: z.literal(1),
  name: z.enum(ROLLOUT_STATES),
  /** Hash of the running plan; empty: none. */
  plan: hash,
  /** Hash of the policy that the evidence was gathered under; empty: none. */
  policy: hash,
  /** The epoch that it started with; null: Redis had none. Any other value in Redis means killed. */
  epoch: count.nullable(),
  /** Index of the stage that is in force. In `ready` the next one waits for its approvals. */
  stage: count,
  /** Share of a proposal's distance from 1 that is enforced, 0..1. */
  blend: z.number().min(0).max(1),
  /** The blend goes to 0 first, before the stage's applies: plan or policy has changed. */
  restarting: z.boolean(),
  holdCause: z.enum(HOLD_CAUSES),
  /** Time of the last cycle, and since when it is in this state, unix seconds. */
  cycleSec: z.number(),
  sinceSec: z.number(),
  /** Time, seconds, and closed periods that count for the stage's minimum. */
  bakedSec: z.number().min(0),
  bakedPeriods: count,
  /** Cycles in a row that gave no cause to hold. */
  freshCycles: count,
  /** Since when evidence counts, and since when that of harm does, unix seconds. */
  evidenceSec: z.number(),
  harmSec: z.number(),
});

/** The state of a rollout. */
export type RolloutState = Readonly<z.infer<typeof StateSchema>>;

/** The state where Redis has none: `epoch` is what Redis has of it, null if nothing. */
export const initialState = (epoch: number | null): RolloutState => ({
  version: 1,
  name: 'off',
  plan: '',
  policy: '',
  epoch,
  stage: 0,
  blend: 0,
  restarting: false,
  holdCause: 'guard',
  cycleSec: 0,
  sinceSec: 0,
  bakedSec: 0,
  bakedPeriods: 0,
  freshCycles: 0,
  evidenceSec: 0,
  harmSec: 0,
});

export const encodeRolloutState = (state: RolloutState): string => JSON.stringify(state);

/**
 * Reads what `encodeRolloutState` wrote, to the bit; undefined for anything else, under which nothing may be renewed.
 */
export const parseRolloutState = (text: string): RolloutState | undefined =>
  StateSchema.safeParse(parseJson(text)).data;

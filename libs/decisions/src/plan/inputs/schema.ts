import type { DecisionRecord } from '@quantum/redis-schemas';
import { GATE_FIELDS } from '@quantum/risk-gates';
import * as z from 'zod';
import type { RecordedFields } from '../gate-fields.js';

const flag = z.boolean();
const unreadable = z.literal('unreadable');
/** Null: what was read has none. */
const amount = z.number().nullable();

const declared = Object.fromEntries(
  GATE_FIELDS.map(([, { field }]) => [field, z.union([amount, unreadable])]),
) as unknown as {
  [Name in keyof RecordedFields]: z.ZodType<RecordedFields[Name]>;
};

/** The inputs other than the plan fields that gates declare. */
export const OWN_INPUTS = {
  action: z.string(),
  closing: flag,
  exceeds_position: z.literal(true).optional(),
  side: z.enum(['buy', 'sell']).optional(),
  qty: amount,
  qty_text: z.string().optional(),
  price_usd: amount,
  unreadable_fields: z.string().optional(),
  submitted_at: z.number(),
  plan_ts: amount,
  server_time: z.number(),
  notional_usd: amount,
  kill_switch: z.union([flag, unreadable]),
  disarmed: z.union([flag, unreadable]),
  budget: unreadable.optional(),
  budget_enforce: flag.optional(),
  budget_ts: amount.optional(),
  violation_ts: z.union([amount, unreadable]),
  allocation: unreadable.optional(),
  allocation_enforce: flag.optional(),
  allocation_ts: amount.optional(),
  allocation_target_usd: amount.optional(),
  allocation_base_usd: z.number().optional(),
  allocation_multiplier: z.number().optional(),
  allocation_multiplier_why: z.string().optional(),
  position: unreadable.optional(),
  position_amt: amount.optional(),
  mark_price_usd: amount.optional(),
  position_ts: amount.optional(),
  window: unreadable.optional(),
  last_exec: z.union([amount, unreadable]).optional(),
  exec_count_hour: z.number().optional(),
  exec_count_5min: z.number().optional(),
  day_notional_usd: z.union([z.number(), unreadable]).optional(),
  in_flight_usd: z.number().optional(),
};

/**
 * The inputs of a plan's decision, as its record has them. Times are unix seconds. What may be absent was not read, or
 * says nothing; `unreadable` under the name of a read is one that Redis refused. Other teams' decorators add names of
 * their own.
 */
export const PlanInputsSchema = z.object({ ...OWN_INPUTS, ...declared });

/** The inputs that the efficiency hint adds to those of a permit. */
export const HintInputsSchema = z.object({
  eff_score: amount,
  eff_confidence: amount,
  eff_ts: z.string(),
  eff_reason: z.string(),
});

type PlanInputs = z.infer<typeof PlanInputsSchema>;
type HintInputs = z.infer<typeof HintInputsSchema>;

/**
 * What is written: every name, so that one left out is an error of type; what is undefined does not get into the JSON.
 */
export type WrittenInputs = { [Name in keyof Required<PlanInputs>]: PlanInputs[Name] };

/** The inputs of a record. */
export type Inputs = DecisionRecord['inputs'];

/** What is read: any of the names, each of any kind. */
export type ReadInputs = { readonly [Name in keyof PlanInputs | keyof HintInputs]?: Inputs[string] };

/** A number of a record; undefined where it has none under that name. */
export const number = (value: Inputs[string] | undefined): number | undefined =>
  Number.isFinite(value) ? (value as number) : undefined;

/** A text of a record; undefined where it has none under that name. */
export const text = (value: Inputs[string] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** The inputs of the efficiency hint. */
export const HINT_INPUTS = Object.keys(HintInputsSchema.shape) as readonly (keyof HintInputs)[];

/** Every name that a record of this version may have among its inputs, other teams' decorators apart. */
export const INPUT_NAMES: readonly string[] = [...Object.keys(PlanInputsSchema.shape), ...HINT_INPUTS];

import * as z from 'zod';
import { codeSchema } from './permit.js';

const amount = z.number().nullable();
const unreadable = z.literal('unreadable');
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const verbatim = z.record(z.string(), scalar);
/** A list of values that were read together, or that Redis refused them. */
const group = <Items extends readonly [z.ZodType, ...z.ZodType[]]>(...items: Items) =>
  z.union([z.tuple(items), unreadable]).optional();

/**
 * The inputs of a decision as a record of version 2 writes them: under short names, and without what says nothing:
 * `null`, `false`, and what follows from the rest of the record.
 */
export const ShortInputsSchema = z.strictObject({
  action: z.string().describe('the plan’s action, 64 characters of it at most'),
  closing: z.literal(true).optional().describe('the plan counts as one that reduces risk'),
  exceeds: z.literal(true).optional().describe('it closes by its action alone, and is larger than the position'),
  side: z.enum(['buy', 'sell']).optional(),
  qty: z.number().optional(),
  qty_text: z.string().optional().describe('the plan’s digits of its quantity, where a double has not all of them'),
  price: z.number().optional().describe('USD'),
  usd: z.number().optional().describe('notional, where it is known'),
  fields: z
    .record(z.string(), z.union([z.number(), unreadable]))
    .optional()
    .describe('plan fields that gates declare, by their names in the entry'),
  unreadable_fields: z.string().optional().describe('fields of the plan that held something else than an amount'),
  submitted_at: z.number().optional().describe('time of the entry, unix seconds; mostly that of `entry_id`'),
  plan_ts: z.number().optional().describe('the plan’s `timestamp`'),
  server: z.number().describe('Redis’ clock at the read, unix seconds'),
  kill_switch: z.union([z.literal(true), unreadable]).optional(),
  disarmed: z.union([z.literal(true), unreadable]).optional(),
  budget: group(z.boolean(), amount).describe('P2.8: enforced, its time'),
  violation_ts: z.union([z.number(), unreadable]).optional(),
  allocation: z
    .union([
      z.tuple([z.boolean(), amount, amount]),
      z.tuple([z.boolean(), amount, amount, z.number(), z.number(), z.string()]),
      unreadable,
    ])
    .optional()
    .describe(
      'P2.9: enforced, its time, target in USD; where the governor takes effective targets, base in USD, multiplier, why it counts',
    ),
  position: group(amount, amount, amount).describe('P3.3: amount, mark price in USD, its time; without it, amount 0'),
  eff: z
    .union([
      z.tuple([amount, amount, z.string(), z.string()]),
      z.tuple([amount, amount, z.string(), z.string(), z.string(), z.string()]),
    ])
    .optional()
    .describe(
      'P3.1: score, confidence, its time as text, reason; and where it hints smaller, factor and extra cooldown',
    ),
  more: verbatim.optional().describe('inputs of other decorators'),
});

/**
 * The text of a decision record of version 2, which has outcome `permit` or `refused`. Others are of version 1.
 */
export const ShortRecordSchema = z.strictObject({
  v: z.literal(2),
  plan_id: z.string(),
  symbol: z.string(),
  entry_id: z.string().describe('stream id of the entry that was decided'),
  decided_at: z.number().describe('the `now` of the decision, unix seconds with a fraction'),
  outcome: z.enum(['permit', 'refused']),
  reason: codeSchema.optional().describe('the gate that refused'),
  limits: z
    .string()
    .optional()
    .describe('as in version 1; with it, the gates that are not named here passed or were off'),
  shadow: z.array(codeSchema).optional().describe('gates that refused in shadow: `would_block` of the permit'),
  inputs: ShortInputsSchema,
  block: verbatim
    .optional()
    .describe('of a refusal, the fields of its block beside `reason`, `timestamp` and `symbol`'),
  permit: z
    .record(z.string(), z.union([scalar, z.array(z.unknown())]))
    .optional()
    .describe('fields of the permit that do not follow from the rest: `mode`, `policy`, those of other decorators'),
  windows: z
    .tuple([z.union([amount, unreadable]), amount, amount, z.union([z.number(), unreadable])])
    .rest(z.number())
    .optional()
    .describe(
      'the symbol’s windows, where they were asked: last execution, permits of the hour and of five minutes (null where the window was unreadable), USD of the day, USD in flight where a target binds',
    ),
});
export type ShortInputs = z.infer<typeof ShortInputsSchema>;
export type ShortRecord = z.infer<typeof ShortRecordSchema>;

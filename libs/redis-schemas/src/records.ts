import * as z from 'zod';
import { codeSchema, PermitSchema } from './permit.js';
import { GATE_MODES } from './codes.js';

/** Refusal record, `quantum:governor:block:{plan_id}`. The numbers that decided are in further fields. */
export const BlockSchema = z.looseObject({
  reason: codeSchema.describe('bare code of the gate that refused'),
  timestamp: z.number().describe('unix seconds of the decision'),
  symbol: z.string().describe('the plan’s symbol'),
  unreadable: z.literal(true).optional().describe('true if the gate refused because its state could not be read'),
});
export type Block = z.infer<typeof BlockSchema>;

/** TTL of a refusal record, seconds. */
export const BLOCK_TTL_SEC = 3600;

/** A value in a record: JSON keeps it to the last bit. */
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Bytes of a decision record that are read; one has a few thousand. A longer one is read cut, as an unreadable one. */
export const MAX_RECORD_BYTES = 2 ** 17;

/**
 * The decision record of a plan: outcome and inputs at full precision, to finish after a crash, and to replay. Redis
 * has it in this form where it is of version 1. One of version 2 is written as `ShortRecordSchema` says, and read as
 * this: `longRecord` of
 * @quantum/decisions.
 */
export const DecisionRecordSchema = z.strictObject({
  v: z.union([z.literal(1), z.literal(2)]).describe('version of this record'),
  plan_id: z.string(),
  symbol: z.string(),
  entry_id: z.string().describe('stream id of the entry that was decided'),
  decided_at: z.number().describe('the `now` of the decision, unix seconds with a fraction'),
  outcome: z
    .enum(['permit', 'refused', 'dead_letter', 'foreign'])
    .describe('foreign: another governor had set the permit'),
  reason: z.union([codeSchema, z.literal('')]).describe('empty for permit and foreign'),
  limits: z
    .string()
    .regex(/^[0-9a-f]{12}$/)
    .optional()
    .describe('hash of the gate modes and limits in force, 12 hex digits; records of earlier versions have none'),
  gates: z
    .array(z.strictObject({ gate: codeSchema, mode: z.enum(GATE_MODES), refused: z.boolean() }))
    .describe('verdicts in order, without gates that are off or do not apply; read from version 2, refusals alone'),
  inputs: z.record(z.string(), scalar).describe('the inputs of the gates and decorators'),
  permit: PermitSchema.optional(),
  block: BlockSchema.optional(),
  error: z.string().optional().describe('why the entry was dead-lettered'),
});
export type DecisionRecord = z.infer<typeof DecisionRecordSchema>;

/** A record in Redis, maybe by a later version: unknown fields and codes do not keep it from being finished. */
export const ExistingRecordSchema = DecisionRecordSchema.extend({
  reason: z.string(),
  gates: z.array(z.unknown()) as unknown as typeof DecisionRecordSchema.shape.gates,
  permit: z
    .looseObject({ computed_notional: z.number() })
    .optional() as unknown as typeof DecisionRecordSchema.shape.permit,
  block: z.looseObject({ reason: z.string() }).optional() as unknown as typeof DecisionRecordSchema.shape.block,
}).loose();

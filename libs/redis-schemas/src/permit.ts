import * as z from 'zod';
import { APPLY_MODES, HINT_ACTIONS } from './codes.js';

const decimals = (digits: number): RegExp => new RegExp(`^\\d+\\.\\d{${digits}}$`);

/** A bare code: a gate's name, or why an entry was dead-lettered. Any, since a later version has more of them. */
export const codeSchema = z.string().regex(/^[a-z][a-z0-9_]*$/);

/**
 * The permit of a plan, `quantum:permit:{plan_id}`, single use. The fields down to `consumed` are the original permit.
 * The decorators and the shadow gates add the rest. A reader of the original shape ignores them.
 */
export const PermitSchema = z.strictObject({
  granted: z.literal(true).describe('always true: a refusal has no permit'),
  symbol: z.string().describe('the plan’s symbol'),
  decision: z.literal('EXECUTE').describe('the plan’s decision'),
  computed_qty: z
    .number()
    .nonnegative()
    .describe(
      'the plan’s qty, or a closing plan’s close_qty if present, with the plan’s own digits; 0 if absent or empty',
    ),
  computed_notional: z
    .number()
    .nonnegative()
    .describe('USD: the plan’s notional_usd, else qty * price; 0 if not known'),
  created_at: z.number().describe('unix seconds with a fraction'),
  consumed: z.literal(false).describe('the Apply Layer deletes a permit as it consumes it'),
  eff_score: z.union([z.literal(''), z.string().regex(decimals(4))]).describe('score, 4 decimals, empty if unreadable'),
  eff_confidence: z
    .union([z.literal(''), z.string().regex(decimals(3))])
    .describe('confidence, 3 decimals, empty if unreadable'),
  eff_stale: z.enum(['0', '1']).describe('1 only for stale_eff'),
  eff_factor: z.string().regex(decimals(4)).describe('suggested size factor in [0.0001, 1], 4 decimals'),
  downsize_factor: z.string().regex(decimals(4)).describe('the same as eff_factor'),
  eff_action: z.enum(HINT_ACTIONS).describe('the hint; it never blocks'),
  eff_reason: codeSchema.describe('reason of the hint'),
  extra_cooldown_sec: z.string().regex(/^\d+$/).describe('suggested extra cooldown, whole seconds'),
  would_block: z.array(codeSchema).describe('gates that refused in shadow'),
  mode: z.enum(APPLY_MODES).describe('APPLY_MODE of the governor'),
  policy: z
    .string()
    .regex(/^(?:[0-9a-f]{12})?$/)
    .optional()
    .describe(
      'hash of the parameters that decided the hint, 12 hex digits, empty if it could not be computed; permits of earlier versions have none',
    ),
});
export type Permit = z.infer<typeof PermitSchema>;

/** The permit fields of the efficiency hint, but for `policy`, the hash of its parameters. */
export type EfficiencyHintFields = Pick<
  Permit,
  | 'eff_score'
  | 'eff_confidence'
  | 'eff_stale'
  | 'eff_factor'
  | 'downsize_factor'
  | 'eff_action'
  | 'eff_reason'
  | 'extra_cooldown_sec'
>;

/** TTL of a permit, seconds. */
export const PERMIT_TTL_SEC = 60;

import {
  counter,
  CYCLE_BUCKETS_SEC,
  cycleGauges,
  gauge,
  histogram,
  serverGauges,
  type Declaration,
} from './declaration.js';

/** Why a symbol got no proposal, with the meaning. */
export const SKIP_REASON_TEXT = {
  no_target: 'the target disappeared between listing and reading',
  invalid_target: '`target_usd` is absent, not finite or negative, or the product overflows',
  redis_error: 'the target could not be read (wrong type, no permission)',
  bad_name: 'the key’s name is not UTF-8 or names no symbol; counted once per scan',
} as const;
export type SkipReason = keyof typeof SKIP_REASON_TEXT;
export const SKIP_REASONS = Object.keys(SKIP_REASON_TEXT) as SkipReason[];

export const PROPOSER = {
  loops: counter('p29_shadow_loops_total', 'Cycles that ended, failed ones included', {}),
  proposed: counter('p29_shadow_proposed_total', 'Shadow proposals by reason', { reason: 'any' }),
  skipped: counter('p29_shadow_skipped_total', 'Symbols without a proposal by reason', { reason: SKIP_REASONS }),
  loopErrors: counter(
    'p29_shadow_loop_errors_total',
    'Failed cycles and attempts at a lease, refused writes, failed scans, and times the decision stream became unreadable',
    {},
  ),
  loopsMissed: counter('p29_shadow_loops_missed_total', 'Cycles left out because the one before took too long', {}),
  loopDurationSec: histogram('p29_shadow_loop_duration_seconds', 'Duration of a cycle', CYCLE_BUCKETS_SEC),
  symbols: gauge('p29_shadow_symbols', 'Symbols of the last cycle', {}),
  shardsHeld: gauge('p29_shadow_shards_held', 'Shards that this process publishes; 0: it is a standby', {}),
  budgetScale: gauge(
    'p29_shadow_budget_scale',
    'Budget scale factor of the last cycle, 1 if P31_BUDGET is off; of several shards, the one farthest from 1',
    {},
  ),
  budgetUnmet: counter(
    'p29_shadow_budget_unmet_total',
    'Cycles of a shard in which the bounds of the multipliers did not allow the budget',
    {},
  ),
  leaseLost: counter('p29_shadow_lease_lost_total', 'Held leases of shards that turned out gone or another’s', {}),
  ...cycleGauges('p29_shadow'),
  ...serverGauges('p29_shadow'),
} as const satisfies Record<string, Declaration>;

export const PROPOSER_BY_SYMBOL = {
  multiplier: gauge('p29_shadow_multiplier', 'Multiplier last proposed', { symbol: 'any' }),
  effConfidence: gauge('p29_shadow_eff_confidence', 'Confidence of the efficiency reading', { symbol: 'any' }),
  effScore: gauge('p29_shadow_eff_score', 'Efficiency score', { symbol: 'any' }),
} as const satisfies Record<string, Declaration>;

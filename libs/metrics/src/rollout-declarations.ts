import {
  counter,
  CYCLE_BUCKETS_SEC,
  cycleGauges,
  gauge,
  histogram,
  serverGauges,
  type Declaration,
} from './declaration.js';

/** What a guard can find. */
export const GUARD_VERDICTS = ['PASS', 'BREACH', 'UNKNOWN'] as const;

export const ROLLOUT = {
  loops: counter('rollout_loops_total', 'Cycles that ended, failed ones included', {}),
  loopErrors: counter('rollout_loop_errors_total', 'Failed cycles and attempts at the lease, and refused writes', {}),
  loopsMissed: counter('rollout_loops_missed_total', 'Cycles left out because the one before took too long', {}),
  loopDurationSec: histogram('rollout_loop_duration_seconds', 'Duration of a cycle', CYCLE_BUCKETS_SEC),
  leads: gauge('rollout_leads', '1 while this process holds the lease; 0: it is a standby', {}),
  leaseLost: counter('rollout_lease_lost_total', 'Times the held lease turned out gone or another’s', {}),
  refused: counter('rollout_writes_refused_total', 'Writes that a script refused: the lease, the epoch or the audit stream had changed', { reason: ['fence', 'epoch', 'audit'] }),
  stateProblems: counter('rollout_state_problems_total', 'Cycles that found no usable state: gone since the last cycle, wrong type or no permission, not what a rollout writes', { problem: ['lost', 'unreadable', 'invalid'] }),
  transitions: counter('rollout_transitions_total', 'Moves to a state, by the move', { to: 'any', reason: 'any' }),
  ...cycleGauges('rollout'),
  ...serverGauges('rollout'),
} as const satisfies Record<string, Declaration>; // prettier-ignore

/** What the leader shows of the rollout after each cycle. A standby has none of these series. */
export const ROLLOUT_SHOWN = {
  state: gauge('rollout_state', '1 for the state of the rollout, 0 for the others', { state: 'any' }),
  stage: gauge('rollout_stage', 'Stage in force, the first is 1; 0: none', {}),
  blend: gauge('rollout_blend', 'Share of the distance from 1 that is enforced', {}),
  guard: gauge('rollout_guard', '1 for the last verdict of a guard, 0 for the others', { guard: 'any', verdict: GUARD_VERDICTS }),
  advantageBps: gauge('rollout_advantage_bps', 'Advantage of the last closed hour, basis points of the base; no series before the first', {}),
  eValue: gauge('rollout_e_value', 'E-value of a test', { test: 'any' }),
  symbols: gauge('rollout_symbols', 'Symbols with a published multiplier', {}),
  symbolsDue: gauge('rollout_symbols_due', 'Symbols that the state enforces; more than rollout_symbols: some are at their base', {}),
  deadmanSec: gauge('rollout_deadman_seconds', 'Time until the published multipliers expire; no series while the state publishes nothing', {}),
  keysLeft: gauge('rollout_keys_left', 'Multipliers of an earlier epoch that are in Redis later than their lifetime and 1 s', {}),
} as const satisfies Record<string, Declaration>; // prettier-ignore

export const ROLLOUT_BY_SYMBOL = {
  multiplier: gauge('rollout_multiplier', 'Effective multiplier as published; no series: it is 1', { symbol: 'any' }),
} as const satisfies Record<string, Declaration>;

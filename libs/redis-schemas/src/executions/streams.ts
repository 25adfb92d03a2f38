import { STREAMS } from '../keys.js';
import { applyResult } from './apply-result.js';
import type { ExecutionAdapter } from './execution.js';
import { executionResult } from './execution-result.js';
import { exitbrainPnl } from './exitbrain-pnl.js';
import { rlRewards } from './rl-rewards.js';
import { tradeClosed } from './trade-closed.js';

/** The execution streams by their short names, as metrics call them. */
export const EXECUTION_STREAMS = {
  rl_rewards: { stream: STREAMS.rlRewards, adapter: rlRewards },
  exitbrain_pnl: { stream: STREAMS.exitbrainPnl, adapter: exitbrainPnl },
  trade_closed: { stream: STREAMS.tradeClosed, adapter: tradeClosed },
  execution_result: { stream: STREAMS.executionResult, adapter: executionResult },
  apply_result: { stream: STREAMS.applyResult, adapter: applyResult },
} as const satisfies Record<string, { stream: string; adapter: ExecutionAdapter }>;
export type ExecutionStream = keyof typeof EXECUTION_STREAMS;

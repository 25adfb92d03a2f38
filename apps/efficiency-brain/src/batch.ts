import { decideScore, knownInputs } from '@quantum/decisions';
import type { ClosedPeriod, SymbolState } from '@quantum/efficiency-score';
import type { CycleContext, CycleTerms } from './cycle.js';
import type { ScoreToPublish } from './publish.js';
import type { SymbolRead } from './read.js';

/** What scoring works with. */
type BatchContext = Pick<CycleContext, 'executions' | 'states' | 'rules' | 'policy' | 'mode' | 'metrics'>;

/** Scores the symbols of a batch. Changes nothing but what is known of states that were just read. */
export function scoreBatch(
  { executions, states, rules, policy, mode, metrics }: BatchContext,
  reads: readonly SymbolRead[],
  { nowSec, openPeriod, isPositionBrainAlive }: CycleTerms,
): ScoreToPublish[] {
  return reads.map(({ reading, state: read }) => {
    const { symbol } = reading;
    const { state, isReset } = states.of(symbol, read, rules, (problem) => {
      metrics.statesReset.inc({ problem });
    });
    const known = knownInputs(reading, nowSec, isPositionBrainAlive, rules);
    const { reservedUsd, performance } = known;
    const lastExecutionSec = executions.flows.lastExecutionSec(symbol);
    const period = openPeriod - 1;
    const closing: ClosedPeriod | undefined = isDue(state, period)
      ? {
          period,
          ...executions.flows.of(symbol, period),
          ...{ end: known.end, oldestInputSec: known.oldestInputSec },
          ...{ reservedUsd, performance, lastExecutionSec },
        }
      : undefined;
    const cycle = { nowSec, reservedUsd, performance, lastExecutionSec };
    const decision = decideScore({ symbol, before: state, closing, cycle }, rules);
    return { published: { decision, mode, policy, missing: known.missing, stale: known.stale }, isReset };
  });
}

/** Whether a period is not closed yet. A state of a later one stays as it is until our clock has passed it. */
const isDue = (state: SymbolState | undefined, period: number): boolean =>
  period >= 0 && (state === undefined || state.period < period);

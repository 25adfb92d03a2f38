import { decideScore, knownInputs } from '@quantum/decisions';
import type { ClosedPeriod } from '@quantum/efficiency-score';
import type { CycleContext, CycleTerms } from './cycle.js';
import { endPosition } from './end-position.js';
import type { ScoreToPublish } from './publish.js';
import type { SymbolRead } from './read.js';
import { takeState } from './states.js';

/** What scoring works with. */
type BatchContext = Pick<CycleContext, 'executions' | 'rules' | 'policy' | 'mode' | 'metrics'>;

/** Scores the symbols of a batch. Changes nothing but metrics. */
export function scoreBatch(
  { executions, rules, policy, mode, metrics }: BatchContext,
  reads: readonly SymbolRead[],
  { nowSec, openPeriod, isDue, isPositionBrainAlive }: CycleTerms,
): ScoreToPublish[] {
  return reads.flatMap((read): ScoreToPublish[] => {
    const { reading } = read;
    const { symbol } = reading;
    const { state, isReset } = takeState(read, rules, (problem) => {
      if (isDue) metrics.statesReset.inc({ problem });
    });
    // An entry that closes no period cannot tell a replay that its symbol starts anew.
    if (state === undefined && !isDue) return [];
    const known = knownInputs(reading, nowSec, isPositionBrainAlive, rules);
    const { reservedUsd, performance } = known;
    const lastExecutionSec = executions.flows.lastExecutionSec(symbol);
    const period = openPeriod - 1;
    const flow = executions.flows.of(symbol, period);
    const positionQty = endPosition({
      startQty: state?.period === period - 1 ? state.positionQty : undefined,
      readQty: known.end.positionQty,
      fills: flow.fills,
      sinceQty: executions.flows.quantities(symbol, openPeriod),
    });
    // Closes the period, unless the state has it: one that lies ahead of our clock stays as it is until then.
    const closing: ClosedPeriod = {
      period,
      ...flow,
      ...{ end: { ...known.end, positionQty }, oldestInputSec: known.oldestInputSec },
      ...{ reservedUsd, performance, lastExecutionSec },
    };
    const cycle = { nowSec, reservedUsd, performance, lastExecutionSec };
    const decision = decideScore({ symbol, before: state, closing: isDue ? closing : undefined, cycle }, rules);
    // In a Cluster, the entry of the period that it closed may be lost: the state is written before.
    const carriesState = 'read' in read.state;
    const { missing, stale } = known;
    return [{ published: { decision, mode, policy, missing, stale, carriesState }, isReset }];
  });
}

import type { GuardInput } from '@quantum/rollout-guards';
import { PUBLISHING } from '@quantum/rollout-plan';
import { deviationsOf } from './deviation.js';
import type { PeriodEntry } from './entry.js';
import { isRunning, type CycleMarket, type FoldContext } from './market.js';
import { added, isKnown } from './number.js';
import { effectiveAdvantageOf, rowsAt, type PeriodRow } from './period.js';
import type { Series } from './series.js';

/** What the effective book gained above the base book since the stage began, basis points of the cohort's base. */
export interface StageFold {
  readonly stage: number;
  /** Since when, unix seconds, and the start of the test for harm, which moves on within `done`. */
  readonly sinceSec: number;
  readonly harmSec: number;
  /** Sum over the closed periods, and its high. */
  readonly gainBps: number;
  readonly highBps: number;
  /** Closed periods that are in the sum. */
  readonly periods: number;
  /** When the gain was last known, unix seconds. */
  readonly asOfSec: number;
  /** Standard deviation of the advantage of the symbols that it enforces, from the hours before it began. */
  readonly sdBpsPerSqrtDay: number | undefined;
  /** Only while the blend of a higher stage comes down to that of this one: where it came from. */
  readonly blend?: number | undefined;
}

/** The gain is unknown after two periods, five minutes at least, without marks. */
const maxAgeSec = (periodSec: number): number => Math.max(2 * periodSec, 300);

/**
 * The fold of the stage that is in force; undefined where nothing is published. Its standard deviation is fixed once it
 * is known. It begins anew when the blend of a higher stage has come down: what the way cost is not measured by the
 * limit of a smaller blend, which may be 0. The period that is charged for the way is at most the next to open.
 */
export function stageOf(
  before: StageFold | undefined,
  context: FoldContext,
  series: Series,
  nowSec: number,
): StageFold | undefined {
  const { state, plan } = context;
  if (!isRunning(context) || !PUBLISHING.has(state.name)) return undefined;
  const isSame = before?.stage === state.stage && (before.harmSec === state.harmSec || state.name === 'done');
  const sd = (isSame ? before.sdBpsPerSqrtDay : undefined) ?? deviationsOf(series)[state.stage];
  const comesDown = state.blend > (plan.stages[state.stage]?.blend ?? 0);
  if (isSame && (comesDown || before.blend === undefined)) {
    return { ...before, harmSec: state.harmSec, sdBpsPerSqrtDay: sd };
  }
  const { periodSec } = plan.evidence;
  const sinceSec = isSame ? (Math.floor(nowSec / periodSec) + 1) * periodSec + 1 : state.harmSec;
  return {
    stage: state.stage,
    sinceSec,
    harmSec: state.harmSec,
    gainBps: 0,
    highBps: 0,
    periods: 0,
    asOfSec: sinceSec,
    sdBpsPerSqrtDay: sd,
    ...(comesDown && { blend: state.blend }),
  };
}

/**
 * The stage with a closed period. One that began before the stage is not of it; one without an advantage is not known.
 */
export function withStagePeriod(stage: StageFold, closed: PeriodEntry | undefined): StageFold {
  const bps = closed?.effective.advantageBps;
  if (closed === undefined || bps === undefined || closed.startSec < stage.sinceSec) return stage;
  const gainBps = added(stage.gainBps, bps);
  return {
    ...stage,
    gainBps,
    highBps: Math.max(stage.highBps, gainBps),
    periods: stage.periods + 1,
    asOfSec: closed.closedSec,
  };
}

/** Where nothing enforced claims anything, as at base targets of 0, nothing is gained or lost. */
const enforcedBps = (rows: readonly PeriodRow[], costBps: number): number | undefined =>
  rows.some(({ effective }) => effective !== undefined) ? effectiveAdvantageOf(rows, costBps).advantageBps : 0;

/**
 * The stage and its fall at the marks of now, the open period included. Without fresh marks it is the last that was
 * known, for a while.
 */
export function stageInput(
  stage: StageFold,
  { period }: Series,
  market: CycleMarket,
  { plan }: FoldContext,
): { stage: StageFold; relative: GuardInput['relative'] } {
  const { costBps, periodSec } = plan.evidence;
  const isOfStage =
    period !== undefined && period.startSec >= stage.sinceSec && market.nowSec - period.startSec < 2 * periodSec;
  const open = isOfStage ? enforcedBps(rowsAt(period, market), costBps) : undefined;
  const next = isKnown(open) ? { ...stage, asOfSec: market.nowSec } : stage;
  const fallBps = next.highBps - added(next.gainBps, open ?? 0);
  const { sdBpsPerSqrtDay: sd, periods, asOfSec, blend } = next;
  const isRecent = market.nowSec - asOfSec <= maxAgeSec(periodSec);
  return {
    stage: next,
    relative: isRecent
      ? { fallBps: Math.max(0, fallBps), sdBpsPerSqrtDay: sd, periods, asOfSec, ...(blend !== undefined && { blend }) }
      : undefined,
  };
}

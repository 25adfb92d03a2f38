import {
  advantageBand,
  eValue,
  EVIDENCE_TESTS,
  isShown,
  logE,
  type EvidenceTest,
  type GuardInput,
} from '@quantum/rollout-guards';
import type { CycleEvent, RolloutPlan } from '@quantum/rollout-plan';
import { advance } from './advance.js';
import { bookInput, foldBook } from './book.js';
import type { EvidenceEntry } from './entry.js';
import type { Folds } from './folds.js';
import { DAY_SIZE, hourCounts, hourInput, HOUR_SIZE, NO_DAY } from './hour.js';
import type { CycleMarket, FoldContext } from './market.js';
import { foldMoves } from './moves.js';
import { seriesOf, type Series } from './series.js';
import { stageInput, stageOf, withStagePeriod } from './stage.js';
import { foldSamples, trackedPositions } from './tracking.js';
import { addCounts, totals } from './window.js';

/** What guards need of earlier cycles. */
export type FoldedInput = Pick<
  GuardInput,
  'turnoverDay' | 'relative' | 'book' | 'harm' | 'positions' | 'hour' | 'oscillation'
>;

/** What people see of the evidence. */
export interface EvidenceFigures {
  /** Since when evidence of this plan and policy is gathered, unix seconds. */
  readonly sinceSec: number;
  /** Mean advantage of an hour with its band, basis points; undefined: fewer than two hours have counted. */
  readonly band: { mean: number; low: number; high: number } | undefined;
  readonly eValues: Readonly<Record<EvidenceTest, number>>;
  /** Hours that counted; closed periods with an advantage, and without. */
  readonly hours: number;
  readonly periods: number;
  readonly missing: number;
}

export interface FoldedCycle {
  readonly folds: Folds;
  /** Periods that closed with an advantage: 0 or 1. */
  readonly closedPeriods: number;
  /** For the stream of the evidence, in their order. */
  readonly entries: readonly EvidenceEntry[];
  readonly input: FoldedInput;
  readonly shown: CycleEvent['shown'];
  readonly figures: EvidenceFigures;
}

/**
 * Folds a cycle, before it decides anything. What it is given beyond the market is of the last cycle. Total: a time
 * that is no number, or not after the last cycle, counts as the last cycle's, and folds nothing.
 */
export function foldCycle(folds: Folds, given: CycleMarket, context: FoldContext): FoldedCycle {
  const { cycleSec = -Infinity } = folds;
  const isLater = Number.isFinite(given.nowSec) && given.nowSec > cycleSec;
  const market = isLater ? given : { ...given, nowSec: Math.max(cycleSec, 0) };
  const next = isLater ? folded(folds, market, context) : { folds, closed: 0, entries: [] };
  const series = next.folds.series ?? seriesOf(undefined, context, market.nowSec, market.policy);
  const stage = next.folds.stage && stageInput(next.folds.stage, series, market, context);
  const { alphaHarm, alphaAdvance } = context.plan.evidence;
  return {
    folds: isLater && stage !== undefined ? { ...next.folds, stage: stage.stage } : next.folds,
    closedPeriods: next.closed,
    entries: next.entries,
    input: {
      turnoverDay: totals(next.folds.day, NO_DAY).turnover,
      relative: stage?.relative,
      book: bookInput(next.folds.book, market),
      harm: { process: series.tests.harm, alpha: alphaHarm, asOfSec: Math.max(series.asOfSec, series.harmSec) },
      positions: trackedPositions(next.folds.samples, market, context),
      ...hourInput(next.folds.hour, market, context),
    },
    shown: {
      non_inferior: isShown(series.tests.non_inferior, alphaAdvance),
      superior: isShown(series.tests.superior, alphaAdvance),
    },
    figures: figuresOf(series, context.plan),
  };
}

function folded(
  folds: Folds,
  market: CycleMarket,
  context: FoldContext,
): { folds: Folds; closed: number; entries: readonly EvidenceEntry[] } {
  const { nowSec } = market;
  const moves = foldMoves(folds.followed, market);
  const counts = hourCounts(market, context, moves, folds.cycleSec ?? nowSec);
  const current = seriesOf(folds.series, context, nowSec, market.policy);
  const { series, closed, entries } = advance(current, market, context);
  const stage = stageOf(folds.stage, context, series, nowSec);
  return {
    folds: {
      cycleSec: nowSec,
      followed: moves.followed,
      day: addCounts(folds.day, nowSec, { turnover: moves.turnover }, DAY_SIZE),
      hour: addCounts(folds.hour, nowSec, counts, HOUR_SIZE),
      samples: foldSamples(folds.samples, market, context),
      book: foldBook(folds.book, market, context),
      series,
      stage: stage && withStagePeriod(stage, closed),
    },
    closed: closed?.advantage.advantageBps === undefined ? 0 : 1,
    entries,
  };
}

function figuresOf({ sinceSec, tests, sums, periods, missing }: Series, { evidence }: RolloutPlan): EvidenceFigures {
  const eValues = EVIDENCE_TESTS.map((test): [EvidenceTest, number] => [test, eValue(logE(tests[test]))]);
  return {
    sinceSec,
    band: advantageBand(sums, evidence.alphaAdvance),
    eValues: Object.fromEntries(eValues) as Record<EvidenceTest, number>,
    hours: sums.hours,
    periods,
    missing,
  };
}

import { addToSums, hourAdvantage } from '@quantum/rollout-guards';
import { cohortOf, type RolloutPlan } from '@quantum/rollout-plan';
import { hourEntry, periodEntry, type EvidenceEntry, type HourEntry, type PeriodEntry } from './entry.js';
import { HOUR_SEC } from './hour-close.js';
import type { CycleMarket, FoldContext } from './market.js';
import { isKnown } from './number.js';
import { advantageOf, evidenceCohort, openPeriod, rowsAt, type OpenPeriod } from './period.js';
import type { OpenHour, Series } from './series.js';

/** Marks within this time from a boundary count as taken at it: as long as a multiplier may live without a cycle. */
const MAX_LATE_SEC = 60;

export interface Advanced {
  readonly series: Series;
  /** The period that closed, if one did. */
  readonly closed: PeriodEntry | undefined;
  /** In their order. */
  readonly entries: readonly EvidenceEntry[];
}

/**
 * The series after a cycle. The first cycle of a period opens it and closes the one before. Where that cycle comes more
 * than a minute late, both are missing; so are all that no cycle saw. Hours close with the period that follows them.
 */
export function advance(series: Series, market: CycleMarket, { plan }: FoldContext): Advanced {
  const { periodSec } = plan.evidence;
  const startSec = Math.floor(market.nowSec / periodSec) * periodSec;
  const last = series.period;
  const isOpen = last !== undefined && startSec <= last.startSec;
  if (isOpen || market.nowSec - startSec > MAX_LATE_SEC) return { series, closed: undefined, entries: [] };

  const closed = last?.startSec === startSec - periodSec ? closePeriod(series, last, market, plan) : undefined;
  const counted = closed === undefined ? series : withPeriod(series, closed, plan);
  const hour = closedHour(counted, startSec, market.nowSec, plan);
  const after = hour === undefined ? counted : withHour(counted, hour);
  const lost = last === undefined ? 0 : (startSec - last.startSec) / periodSec - (closed === undefined ? 0 : 1);
  const period = openPeriod(startSec, evidenceCohort(plan), market, last);
  return {
    series: { ...after, period, missing: after.missing + lost },
    closed,
    entries: [closed, hour].filter((entry) => entry !== undefined),
  };
}

const ofSeries = ({ plan, policy, sinceSec }: Series) => ({ plan, policy, sinceSec });

function closePeriod(
  series: Series,
  period: OpenPeriod,
  market: CycleMarket,
  { evidence: { costBps } }: RolloutPlan,
): PeriodEntry {
  const origin = { ...ofSeries(series), startSec: period.startSec, closedSec: market.nowSec };
  return periodEntry({ ...origin, costBps, rows: rowsAt(period, market) });
}

function withPeriod(series: Series, { startSec, rows, costBps, advantage }: PeriodEntry, plan: RolloutPlan): Series {
  const hourSec = Math.floor(startSec / HOUR_SEC) * HOUR_SEC;
  const hour = series.hour?.startSec === hourSec ? series.hour : newHour(hourSec, plan);
  const slot = (startSec - hourSec) / plan.evidence.periodSec;
  const { advantageBps } = advantage;
  const isMissing = advantageBps === undefined;
  return {
    ...series,
    hour: {
      startSec: hourSec,
      advantagesBps: hour.advantagesBps.with(slot, advantageBps),
      stagesBps: hour.stagesBps.map((own, stage) => {
        const cohort = cohortOf(plan, stage);
        return own.with(slot, advantageOf(rows.filter(({ symbol }) => cohort.has(symbol)), costBps).advantageBps); // prettier-ignore
      }),
    },
    periods: series.periods + (isMissing ? 0 : 1),
    missing: series.missing + (isMissing ? 1 : 0),
  };
}

function newHour(startSec: number, { stages, evidence }: RolloutPlan): OpenHour {
  const slots = Array.from({ length: HOUR_SEC / evidence.periodSec }, () => undefined);
  return { startSec, advantagesBps: slots, stagesBps: stages.map(() => slots) };
}

/** The open hour, if it is over at this start of a period. */
function closedHour(
  series: Series,
  periodStartSec: number,
  closedSec: number,
  { evidence: { periodSec, clipBps, deltaBpsPerDay } }: RolloutPlan,
): HourEntry | undefined {
  const { hour, harmSec, tests, sums } = series;
  if (hour === undefined || periodStartSec < hour.startSec + HOUR_SEC) return undefined;
  return hourEntry({
    ...ofSeries(series),
    closedSec,
    startSec: hour.startSec,
    advantagesBps: hour.advantagesBps,
    harmSec,
    rules: { periodSec, clipBps, deltaBpsPerDay },
    before: { tests, sums },
  });
}

function withHour(series: Series, { startSec, advantageBps, after, rules }: HourEntry): Series {
  return {
    ...series,
    ...after,
    stageSums: series.stageSums.map((sums, stage) => {
      const own = hourAdvantage(series.hour?.stagesBps[stage] ?? [], rules.periodSec);
      const next = isKnown(own) ? addToSums(sums, own) : sums;
      // Not clipped, an absurd multiplier could overflow, and would not survive as text.
      return isKnown(next.squares) && isKnown(next.meanBps) ? next : sums;
    }),
    hour: undefined,
    asOfSec: advantageBps === undefined ? series.asOfSec : startSec + HOUR_SEC,
  };
}

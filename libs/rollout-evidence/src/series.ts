import { NEW_E_PROCESS, NO_SUMS, type AdvantageSums, type EProcess, type EvidenceTest } from '@quantum/rollout-guards';
import { deviationsOf } from './deviation.js';
import { isRunning, type FoldContext } from './market.js';
import type { OpenPeriod } from './period.js';

/** The evidence of one plan under one policy, since it was reset. */
export interface Series {
  readonly plan: string;
  /** Empty: no proposal has named one yet. */
  readonly policy: string;
  /** Since when it is gathered, unix seconds. */
  readonly sinceSec: number;
  /** The last period that was opened; it is the one that runs, unless a start was missed. */
  readonly period: OpenPeriod | undefined;
  /**
   * The UTC hour that runs, and D of its periods in their order, basis points. Undefined: missing, or not closed yet.
   */
  readonly hour: OpenHour | undefined;
  readonly tests: Readonly<Record<EvidenceTest, EProcess>>;
  /** Since when the test for harm runs, unix seconds: an hour counts for it if it began then or later. */
  readonly harmSec: number;
  /** Of the hours that counted, clipped. */
  readonly sums: AdvantageSums;
  /**
   * For each stage of the plan, of the symbols that it enforces, not clipped: they alone make its standard deviation.
   */
  readonly stageSums: readonly AdvantageSums[];
  /**
   * For each stage, the standard deviation that was last known of this plan before the series began. It sets limits,
   * and is no evidence.
   */
  readonly deviationsBefore: readonly (number | undefined)[];
  /** End of the last hour that counted, unix seconds; the start of the series before that. */
  readonly asOfSec: number;
  /** Closed periods with an advantage, and without. */
  readonly periods: number;
  readonly missing: number;
}

export interface OpenHour {
  readonly startSec: number;
  readonly advantagesBps: PeriodAdvantages;
  /** The same for each stage of the plan, of the symbols that it enforces. */
  readonly stagesBps: readonly PeriodAdvantages[];
}
type PeriodAdvantages = readonly (number | undefined)[];

const NEW_TESTS = { harm: NEW_E_PROCESS, non_inferior: NEW_E_PROCESS, superior: NEW_E_PROCESS } as const;

/**
 * The series of this cycle: a new one if plan or policy changed or the rollout reset its evidence since; and the test
 * for harm anew if the state says so. A period that was open under another policy is dropped with its series.
 */
export function seriesOf(
  series: Series | undefined,
  { hash, state, plan }: Pick<FoldContext, 'hash' | 'state' | 'plan'>,
  nowSec: number,
  policy: string | undefined,
): Series {
  const runs = isRunning({ hash, state });
  const isSame =
    series?.plan === hash &&
    (policy === undefined || series.policy === '' || policy === series.policy) &&
    !(runs && state.evidenceSec > series.sinceSec);
  const current = isSame
    ? { ...series, policy: policy ?? series.policy }
    : newSeries(hash, nowSec, policy, series?.plan === hash ? deviationsOf(series) : plan.stages.map(() => undefined));
  const harmSec = runs ? Math.max(state.harmSec, current.sinceSec) : current.harmSec;
  return harmSec === current.harmSec
    ? current
    : { ...current, harmSec, tests: { ...current.tests, harm: NEW_E_PROCESS } };
}

const newSeries = (
  plan: string,
  sinceSec: number,
  policy: string | undefined,
  deviationsBefore: readonly (number | undefined)[],
): Series => ({
  plan,
  policy: policy ?? '',
  sinceSec,
  period: undefined,
  hour: undefined,
  tests: NEW_TESTS,
  harmSec: sinceSec,
  sums: NO_SUMS,
  stageSums: deviationsBefore.map(() => NO_SUMS),
  deviationsBefore,
  asOfSec: sinceSec,
  periods: 0,
  missing: 0,
});

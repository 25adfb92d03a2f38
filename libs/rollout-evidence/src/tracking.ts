import type { TrackedPosition } from '@quantum/rollout-guards';
import type { CycleMarket, FoldContext } from './market.js';
import { finiteOf, isPositive } from './number.js';

/** Effective targets that were in effect at a time, USD. */
export interface TargetSample {
  readonly atSec: number;
  readonly targetsUsd: ReadonlyMap<string, number>;
}

/** A sample is taken every ten minutes, so that few are kept. */
const SAMPLE_SEC = 600;
/** Time that a position has to follow. */
const FOLLOW_SEC = 1800;
/** An older sample says nothing of half an hour ago: the rollout was down since. */
const MAX_AGE_SEC = FOLLOW_SEC + 2 * SAMPLE_SEC;

const slotOf = (sec: number): number => Math.floor(sec / SAMPLE_SEC);
const latestDue = (samples: readonly TargetSample[], nowSec: number): TargetSample | undefined =>
  samples.findLast(({ atSec }) => nowSec - atSec >= FOLLOW_SEC && nowSec - atSec <= MAX_AGE_SEC);

/** The samples with that of this cycle, if one is due, and without those that no later cycle needs. */
export function foldSamples(
  samples: readonly TargetSample[],
  { nowSec, symbols, cohort }: CycleMarket,
  { published, wasPublished }: Pick<FoldContext, 'published' | 'wasPublished'>,
): readonly TargetSample[] {
  const due = latestDue(samples, nowSec)?.atSec ?? nowSec - MAX_AGE_SEC;
  const kept = samples.filter(({ atSec }) => atSec >= due);
  const last = kept.at(-1);
  if (!wasPublished || (last !== undefined && slotOf(last.atSec) === slotOf(nowSec))) return kept;
  const targets = [...cohort].flatMap((symbol): [string, number][] => {
    const { baseUsd, effective } = symbols.get(symbol) ?? {};
    const targetUsd = published.has(symbol) && isPositive(baseUsd) ? finiteOf(baseUsd * (effective ?? NaN)) : undefined;
    return targetUsd === undefined ? [] : [[symbol, targetUsd]];
  });
  return [...kept, { atSec: nowSec, targetsUsd: new Map(targets) }];
}

/** The positions of the cohort, with the effective targets of half an hour ago where they are enforced still. */
export function trackedPositions(
  samples: readonly TargetSample[],
  { nowSec, symbols, cohort }: CycleMarket,
  { published }: Pick<FoldContext, 'published'>,
): TrackedPosition[] {
  const then = latestDue(samples, nowSec)?.targetsUsd;
  return [...cohort].map((symbol) => {
    const positionUsd = finiteOf(symbols.get(symbol)?.positionUsd);
    return {
      symbol,
      positionUsd: positionUsd === undefined ? undefined : Math.abs(positionUsd),
      effectiveUsd: published.has(symbol) ? then?.get(symbol) : undefined,
    };
  });
}

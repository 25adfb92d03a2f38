import type { RolloutPlan, StagePlan } from '@quantum/rollout-plan';
import { daysUntilShown, HARMS_BPS_PER_DAY } from './detection.js';
import { MIN_HOURS, type LintResult, type Shares, type StageFigures } from './figures.js';
import type { ShadowHour } from './hour.js';
import { HARD_LIMITS, HOLDING_LIMITS, type LimitInput } from './limits.js';
import { refusalsOf, warningsOf } from './judge.js';
import { centred, pathsOf, spreadOf } from './resample.js';

/** Resampled stages. */
const PATHS = 1000;
const CLIP_SDS = 4;
const HOUR_SEC = 3600;
const HOURS_PER_DAY = 24;
const NO_HOURS: readonly ShadowHour[] = [];

/**
 * What a plan would do on a shadow record. It refuses a plan whose hard limits trip on noise in more than 10 % of its
 * stages, and one that the record cannot judge. The same plan, record and seed (1..2^32 - 1) give the same result.
 */
export function lintPlan(plan: RolloutPlan, hourlyAdvantages: readonly ShadowHour[], seed: number): LintResult {
  const hoursBy = new Map<string | undefined, ShadowHour[]>();
  for (const hour of hourlyAdvantages) {
    if (hour.advantageBps === undefined) continue;
    const known = hoursBy.get(hour.stage);
    if (known) known.push(hour);
    else hoursBy.set(hour.stage, [hour]);
  }
  const inputs = plan.stages.map((stage) => inputOf(plan, stage, hoursBy));
  // Stages with the same hours have the same days.
  const daysBy = new Map(
    [...new Set(inputs.map(({ hours }) => hours))].map((hours) => [hours, daysOf(plan, hours, seed)]),
  );
  const stages = inputs.map((input, i) => figuresOf(input, daysBy.get(input.hours) ?? [], seed + i));
  const last = inputs.at(-1);
  const done =
    last && isEnough(last.hours)
      ? { days: plan.approvalDays, trips: tripsIn(last, plan.approvalDays, seed + inputs.length) }
      : undefined;
  return { stages, done, refusals: refusalsOf(stages), warnings: warningsOf(plan, stages, done) };
}

function inputOf(
  plan: RolloutPlan,
  stage: StagePlan,
  hoursBy: ReadonlyMap<string | undefined, readonly ShadowHour[]>,
): LimitInput {
  const bakedSec = Math.max(stage.minHours * HOUR_SEC, stage.minPeriods * plan.evidence.periodSec);
  const hours = hoursBy.get(stage.name) ?? hoursBy.get(undefined) ?? NO_HOURS;
  return { plan, stage, stageDays: bakedSec / HOUR_SEC / HOURS_PER_DAY, hours };
}

const advantagesOf = (hours: readonly ShadowHour[]): number[] =>
  hours.flatMap(({ advantageBps }) => advantageBps ?? []);
const isEnough = (hours: readonly ShadowHour[]): boolean =>
  hours.length >= MIN_HOURS && spreadOf(advantagesOf(hours)).sd > 0;

function daysOf({ evidence }: RolloutPlan, hours: readonly ShadowHour[], seed: number): StageFigures['detectionDays'] {
  const noise = centred(advantagesOf(hours)) ?? [];
  return isEnough(hours) ? HARMS_BPS_PER_DAY.map((harm) => daysUntilShown(noise, harm, evidence, seed)) : [];
}

function figuresOf(input: LimitInput, detectionDays: StageFigures['detectionDays'], seed: number): StageFigures {
  const { plan, stage, stageDays, hours } = input;
  const advantages = advantagesOf(hours);
  const { sd } = spreadOf(advantages);
  const clipped = advantages.filter((y) => Math.abs(y) > plan.evidence.clipBps);
  return {
    stage: stage.name,
    hours: hours.length,
    sdBps: sd,
    proposedClipBps: CLIP_SDS * sd,
    clippedShare: clipped.length / advantages.length,
    detectionDays,
    days: stageDays,
    trips: isEnough(hours) ? tripsIn(input, stageDays, seed) : {},
    holds: Object.fromEntries(Object.entries(HOLDING_LIMITS).map(([name, of]) => [name, shareOf(hours, of(input))])),
  };
}

/** Shares of resampled stretches of these days in which each hard limit trips. All limits see the same stretches. */
function tripsIn(input: LimitInput, days: number, seed: number): Shares {
  const limits = Object.entries(HARD_LIMITS).map(([name, of]) => ({ name, trips: of(input), count: 0 }));
  const startPath = pathsOf(input.hours.length, seed);
  let any = 0;
  for (let i = 0; i < PATHS; i += 1) {
    const path = Array.from({ length: Math.max(1, Math.ceil(days * HOURS_PER_DAY)) }, startPath());
    const tripped = limits.filter(({ trips }) => trips?.(path));
    for (const limit of tripped) limit.count += 1;
    any += tripped.length > 0 ? 1 : 0;
  }
  const shares = limits.map(({ name, trips, count }) => [name, trips && count / PATHS] as const);
  return { ...Object.fromEntries(shares), any: any / PATHS };
}

function shareOf(
  hours: readonly ShadowHour[],
  test: ((hour: ShadowHour) => boolean | undefined) | undefined,
): number | undefined {
  const known = hours.map((hour) => test?.(hour)).filter((holds) => holds !== undefined);
  return known.length > 0 ? known.filter(Boolean).length / known.length : undefined;
}

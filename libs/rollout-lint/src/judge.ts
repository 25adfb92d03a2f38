import type { RolloutPlan } from '@quantum/rollout-plan';
import { MIN_HOURS, type LintResult, type StageFigures } from './figures.js';
import { percent, shown } from './text.js';

/** A plan is refused if its hard limits trip on noise in a larger share of its stages. */
const MAX_TRIPS = 0.1;
/** Above this share of clipped hours, `non_inferior` and `superior` have no answer. */
const MAX_CLIPPED = 0.01;
const MAX_HOLDS = 0.1;

/** What to change where a limit trips on noise. */
const REMEDIES: Readonly<Record<string, string>> = {
  relative_drawdown: 'raise guards.relative_drawdown.minBps or sds',
  slew: 'raise guards.slew.perDay or costBpsPerDay, or smooth the proposals',
  book_drawdown: 'raise guards.book_drawdown.maxBps, or shorten the stage',
  any: 'raise the limit that trips most',
};

const daysText = (days: number): string => `${shown(days)} ${days === 1 ? 'day' : 'days'}`;

/** Why a plan should not run, one line each. */
export const refusalsOf = (stages: readonly StageFigures[]): string[] =>
  stages.flatMap(({ stage, hours, sdBps, trips, days }) => {
    if (hours < MIN_HOURS) {
      return [`stage ${stage}: the record has ${hours} hours with an advantage, ${MIN_HOURS} are needed`];
    }
    if (!(sdBps > 0)) return [`stage ${stage}: all hours of the record have the same advantage, so nothing can be judged`];
    const over = Object.entries(trips).filter(([, share = 0]) => share > MAX_TRIPS);
    // Together they are refused only where no single limit is.
    return over
      .filter(([name]) => name !== 'any' || over.length === 1)
      .map(([name, share = 0]) => {
        const what = name === 'any' ? 'some hard limit' : name;
        return `stage ${stage}: ${what} trips on noise in ${percent(share)} of stages of ${daysText(days)}, above ${percent(MAX_TRIPS)}; ${REMEDIES[name]}`;
      });
  }); // prettier-ignore

/** What is worth knowing, and refuses nothing. */
export function warningsOf(plan: RolloutPlan, stages: readonly StageFigures[], done: LintResult['done']): string[] {
  const { clipBps } = plan.evidence;
  const ofStages = stages.flatMap(({ stage, clippedShare, proposedClipBps, holds }) => [
    ...(clippedShare > MAX_CLIPPED
      ? [`stage ${stage}: clipBps ${clipBps} clips ${percent(clippedShare)} of the hours; above ${percent(MAX_CLIPPED)} no stage that requires evidence ends; ${shown(proposedClipBps)} is proposed`]
      : []),
    ...Object.entries(holds).flatMap(([name, share = 0]) =>
      share > MAX_HOLDS ? [`stage ${stage}: ${name} would hold in ${percent(share)} of the hours`] : [],
    ),
  ]); // prettier-ignore
  const ofDone = Object.entries(done?.trips ?? {}).flatMap(([name, share = 0]) =>
    name !== 'any' && share > MAX_TRIPS
      ? [`done: ${name} trips on noise in ${percent(share)} of ${daysText(done?.days ?? 0)}`]
      : [],
  );
  return [...ofStages, ...ofDone];
}

import { figure, type Figure } from '../measure/report.js';
import type { GovernorPasses } from './backlog.js';

type WorkByName = Readonly<Record<string, GovernorPasses['work']>>;

/** CPU time since the last call, of the contestants that had a pass since. */
export const takeWork = (started: Readonly<Record<string, GovernorPasses>>): WorkByName =>
  Object.fromEntries(
    Object.entries(started)
      .map(([name, { work }]) => [name, work.splice(0)] as const)
      .filter(([, work]) => work.length > 0),
  );

/** Figures of that work, under ids and in tables of their own. */
export function workFigures(prefix: string, byName: WorkByName): Figure[] {
  const of = (value: (work: GovernorPasses['work'][number]) => number): Record<string, number[]> =>
    Object.fromEntries(Object.entries(byName).map(([name, work]) => [name, work.map(value)]));
  return [
    figure(
      `${prefix}governors work`,
      'work of all threads of the governors, a plan',
      'us',
      of(({ governorsUs }) => governorsUs),
    ),
    figure(
      `${prefix}redis work`,
      'work of Redis’ main thread, a plan',
      'us',
      of(({ redisUs }) => redisUs),
    ),
    figure(
      `${prefix}all work`,
      'both',
      'us',
      of(({ governorsUs, redisUs }) => governorsUs + redisUs),
    ),
  ];
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Context, Outcome, Scenario } from '../scenario.js';
import { amidWrite } from './amid-write.js';
import type { StopKind } from './check-times.js';
import { greatestAgeSec } from './settings.js';
import { setStop } from './stops.js';
import type { WriteName } from './writes.js';

const BACKLOG = 200;

/** The point at which a governor is paused, and the stop that is set meanwhile; none: plans only grow old. */
interface Pause {
  after: WriteName;
  stop?: StopKind;
}

const PAUSES: Pause[] = [
  { after: 'state read' },
  { after: 'state read', stop: 'latch' },
  { after: 'reserve', stop: 'halt' },
];

/** A governor without CPU time in the middle of a backlog, as under SIGSTOP or on a swapping host. */
export const pausedProcessScenarios = (isLong: boolean): Scenario[] =>
  PAUSES.map((pause) => ({
    name: `governor paused after ${pause.after}${pause.stop ? `, ${pause.stop}` : ''}`,
    run: (context) => run(context, pause, isLong),
  }));

async function run(context: Context, { after, stop }: Pause, isLong: boolean): Promise<Outcome> {
  return amidWrite(
    context,
    {
      write: after,
      plans: BACKLOG,
      planMaxAgeSec: greatestAgeSec(isLong),
      onSight: (_harness, governor) => {
        governor.pause();
      },
    },
    async ({ harness, governor }) => {
      const set = stop && (await setStop(harness.client, stop));
      await delay(isLong ? 66_000 : 4500);
      governor.resume();
      return { governor, stop: set };
    },
  );
}

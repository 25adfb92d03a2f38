import type { Context, Outcome, Scenario } from '../scenario.js';
import { amidWrite } from './amid-write.js';
import type { StopKind } from './check-times.js';
import { greatestAgeSec } from './settings.js';
import { setStop } from './stops.js';
import type { WriteName } from './writes.js';

const BURST = 40;

/** A write of a governor that is held in the network, and the fault meanwhile. */
interface LateWrite {
  write: WriteName;
  heldMs: number;
  /** The stop that is set after the write was sent; by default none, so that plans only grow old. */
  stop?: StopKind;
  /** The fate of the sender: another one is started at once, or when the write has arrived. Default: it lives. */
  killed?: 'replaced at once' | 'replaced later';
}

/** Shorter than the deadline of the scripts. */
const WITHIN_DEADLINE_MS = 600;
/** Longer than the deadline, shorter than the time after which a connection counts as dead. */
const PAST_DEADLINE_MS = 4500;

/** Longer than the time after which the sender drops its connection and repeats the decision on another. */
const givenUpMs = (isLong: boolean): number => (isLong ? 66_000 : 7500);

const lateWrites = (isLong: boolean): LateWrite[] => [
  { write: 'state read', heldMs: PAST_DEADLINE_MS },
  { write: 'reserve', heldMs: givenUpMs(isLong), stop: 'kill' },
  { write: 'reserve', heldMs: PAST_DEADLINE_MS, stop: 'latch', killed: 'replaced at once' },
  { write: 'record', heldMs: WITHIN_DEADLINE_MS, stop: 'kill' },
  { write: 'record', heldMs: PAST_DEADLINE_MS, stop: 'halt' },
  { write: 'record', heldMs: PAST_DEADLINE_MS, stop: 'latch', killed: 'replaced later' },
  { write: 'record', heldMs: givenUpMs(isLong), stop: 'kill', killed: 'replaced later' },
  { write: 'effects', heldMs: givenUpMs(isLong), stop: 'kill' },
];

/** Each write of a governor held in the network, while a stop is set or plans grow old. */
export const lateWriteScenarios = (isLong: boolean): Scenario[] =>
  lateWrites(isLong).map((late) => ({ name: nameOf(late), run: (context) => run(context, late, isLong) }));

const nameOf = ({ write, heldMs, stop, killed }: LateWrite): string =>
  [`late ${write}`, `${heldMs / 1000} s`, ...(stop ? [stop] : []), ...(killed ? ['sender killed'] : [])].join(', ');

async function run(context: Context, late: LateWrite, isLong: boolean): Promise<Outcome> {
  const { write, heldMs, stop, killed } = late;
  return amidWrite(
    context,
    { write, heldMs, plans: BURST, planMaxAgeSec: greatestAgeSec(isLong) },
    async ({ harness, governor, awaited, replace }) => {
      if (killed) await governor.kill();
      const set = stop && (await setStop(harness.client, stop));
      const atOnce = killed === 'replaced at once' ? replace() : governor;
      await awaited.arrived();
      return { governor: killed === 'replaced later' ? replace() : atOnce, stop: set };
    },
  );
}

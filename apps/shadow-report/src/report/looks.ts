import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { messageOf } from '@quantum/service-kit';

/** How often a recording was looked at while it grew. */
export interface Looks {
  /** This one included. */
  count: number;
  /** Why this look is not counted in `FILE.looks`; undefined where it is. */
  notKept?: string;
}

/** What a report saw of a recording: when it began, when it ended so far, and its number of proposals. */
export interface Seen {
  startedAtSec: number;
  toSec: number;
  proposals: number;
}

/**
 * Counts how many states of a recording were reported on with prices, by the lines of `FILE.looks`, one for each state.
 * The same state again is the same look; another recording of the same name starts again. A file that cannot be written
 * does not stop the report.
 */
export function countLooks(recording: string, { startedAtSec, toSec, proposals }: Seen): Looks {
  const path = `${recording}.looks`;
  const state = `${startedAtSec} ${toSec} ${proposals}`;
  try {
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
    const seen = new Set(lines.filter((line) => line.startsWith(`${startedAtSec} `)));
    if (!seen.has(state)) appendFileSync(path, `${state}\n`);
    return { count: seen.add(state).size };
  } catch (error) {
    return { count: 1, notKept: messageOf(error) };
  }
}

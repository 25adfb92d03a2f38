import type { Arranged } from './arrangement.js';
import type { Evidence } from './evidence.js';

export interface Check {
  what: string;
  expected: string;
  got: string;
  ok: boolean;
}

/** One proof: its inputs for the services, and the expected outputs. */
export interface Proof extends Arranged {
  /** The claim that it proves, in a line. */
  title: string;
  /** The table shows the first two checks. May throw NotSeen. */
  expect: (seen: Evidence) => Check[];
}

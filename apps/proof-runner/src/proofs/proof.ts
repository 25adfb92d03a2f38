import type { Arranged } from './arrangement.js';
import type { Evidence } from './evidence.js';

/** One thing that was looked at. */
export interface Check {
  what: string;
  expected: string;
  got: string;
  ok: boolean;
}

/** One proof: what is put before the services, and what must be seen then. */
export interface Proof extends Arranged {
  /** What it proves, in a line. */
  title: string;
  /** The first two checks are what the table shows. May throw NotSeen. */
  expect: (seen: Evidence) => Check[];
}

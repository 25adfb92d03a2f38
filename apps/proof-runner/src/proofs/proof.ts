import type { Evidence } from './evidence.js';

/** Step 1 is the shadow proposer, step 2 the governor. */
export type Step = 1 | 2;

/** One thing that was looked at. */
export interface Check {
  what: string;
  expected: string;
  got: string;
  ok: boolean;
}

/** An efficiency reading as P3.1 would write it, `ageSec` old. */
export interface EfficiencyInput {
  score: number;
  confidence: number;
  ageSec?: number;
}

/**
 * What a proof puts before the services, under a symbol of its own: a live target where it proves something of step 1, a
 * plan where of step 2, and this.
 */
export interface Arrangement {
  efficiency: EfficiencyInput | 'absent' | 'wrong type';
  /** Further fields of the live target. */
  target?: Readonly<Record<string, string>>;
  /** An entry that is no plan goes before the plan. */
  garbageFirst?: true;
  /** The plan comes while the kill switch is on. */
  underKillSwitch?: true;
}

/** One proof: what is put before the services, and what must be seen then. */
export interface Proof {
  name: string;
  /** What it proves, in a line. */
  title: string;
  /** What it is about: with `--step` it runs if that is among them, and is judged by that alone. */
  steps: readonly Step[];
  /** None for a proof that looks at the services, or at what the other proofs have brought about. */
  arrange?: Arrangement;
  /** The first two checks are what the table shows. May throw NotSeen. */
  expect: (seen: Evidence) => Check[];
}

/** What must have been seen for a proof to hold was not. */
export class NotSeen extends Error {
  override name = 'NotSeen';
}

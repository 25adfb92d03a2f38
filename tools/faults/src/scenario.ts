import type { Random } from '@quantum/testbed';
import type { Sabotage } from './governor/sabotage.js';

/** What a checker found to be wrong. `kind` is stable, so that tests can ask for it. */
export interface Finding<K extends string = string> {
  kind: K;
  text: string;
}

/** What became of a scenario: it passed if nothing was found. */
export interface Outcome {
  findings: readonly Finding[];
  /** For the table, in order: kills, plans, recovery in ms and so on. */
  numbers: Readonly<Record<string, number | string>>;
}

/** What a scenario is given. */
export interface Context {
  random: Random;
  /** Folder of the built apps. */
  appsFolder: string;
  /** For logs; kept when the scenario fails. */
  folder: string;
  /** How many times a process is killed. */
  kills: number;
  /** How long the soak lasts; 0: there is none. */
  minutes: number;
  /** What a broken governor beside the others does; by default there is none. */
  sabotage?: Sabotage | undefined;
}

/** One fault, or one kind of fault, and the check of what it left behind. */
export interface Scenario {
  name: string;
  run: (context: Context) => Promise<Outcome>;
}

import type { Random } from '@quantum/testbed';
import type { BrainFault } from './brain/injected-faults.js';
import type { InjectedFault } from './governor/injected-faults.js';
import type { RolloutFault } from './rollout/injected-faults.js';

/** A fault that a checker found. `kind` is stable, so that tests can match it. */
export interface Finding<K extends string = string> {
  kind: K;
  text: string;
}

/** The result of a scenario: it passed if there are no findings. */
export interface Outcome {
  findings: readonly Finding[];
  /** For the table, in order: kills, plans, recovery in ms and so on. */
  numbers: Readonly<Record<string, number | string>>;
}

export interface Context {
  random: Random;
  appsFolder: string;
  folder: string;
  /** Number of kills of a process. */
  kills: number;
  /** Duration of the soak; 0: no soak. */
  minutes: number;
  /** The injected fault; default: nothing is injected. */
  injectedFault?: InjectedFault | undefined;
  /** The same beside brains. */
  brainFault?: BrainFault | undefined;
  /** The same beside rollouts. */
  rolloutFault?: RolloutFault | undefined;
}

/** One fault, or one kind of fault, and the check of its result. */
export interface Scenario {
  name: string;
  run: (context: Context) => Promise<Outcome>;
}

import type { Settings } from '../settings.js';

/** Step 1 is the shadow proposer, step 2 the governor. */
export type Step = 1 | 2;

/** An efficiency reading as P3.1 would write it, `ageSec` old. */
export interface EfficiencyInput {
  score: number;
  confidence: number;
  ageSec?: number;
}

/** A proof's inputs for the services, under a symbol of its own: a live target for step 1, a plan for step 2. */
export interface Arrangement {
  /** A function: the reading depends on the deployment's parameters. */
  efficiency: Efficiency | ((settings: Settings) => EfficiencyInput);
  /** Further fields of the live target. */
  target?: Readonly<Record<string, string>>;
  /** An invalid entry precedes the plan. */
  garbageFirst?: true;
  /** The plan is submitted while the kill switch is on. */
  underKillSwitch?: true;
}

type Efficiency = EfficiencyInput | 'absent' | 'wrong type';

/** A proof's inputs for one deployment. */
export interface SettledArrangement extends Arrangement {
  efficiency: Efficiency;
}

export const settledFor = ({ efficiency, ...rest }: Arrangement, settings: Settings): SettledArrangement => ({
  ...rest,
  efficiency: typeof efficiency === 'function' ? efficiency(settings) : efficiency,
});

/** A proof's inputs, and the steps that they are for. */
export interface Arranged {
  name: string;
  /** The steps that it proves. With `--step` it runs if that is among them, and is judged only by that. */
  steps: readonly Step[];
  /** None for a proof that checks the services, or the effects of the other proofs. */
  arrange?: Arrangement;
}

/** Step 1 is the shadow proposer, step 2 the governor. */
export type Step = 1 | 2;

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

/** What a proof puts before the services, and in which steps. */
export interface Arranged {
  name: string;
  /** What it is about: with `--step` it runs if that is among them, and is judged by that alone. */
  steps: readonly Step[];
  /** None for a proof that looks at the services, or at what the other proofs have brought about. */
  arrange?: Arrangement;
}

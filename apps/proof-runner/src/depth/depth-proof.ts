import type { Check } from '../proofs/proof.js';
import type { Step } from '../proofs/arrangement.js';
import type { Stage } from './stage.js';

/**
 * A proof of policy depth: of what services do that run with other settings than the defaults. It needs services of its own, on
 * a Redis that is nobody else's, hence `--spawn`.
 */
export interface DepthProof {
  name: string;
  /** What it proves, in a line. */
  title: string;
  steps: readonly Step[];
  /** What its services run with, besides the defaults. */
  env: Readonly<Record<string, string>>;
  /** Their policy file. */
  policy?: object;
  /** Puts inputs before the services, and looks. The first two checks are what the table shows. May throw NotSeen. */
  prove: (stage: Stage, steps: ReadonlySet<Step>) => Promise<Check[]>;
}

import type { Check } from '../proofs/proof.js';
import type { Step } from '../proofs/arrangement.js';
import type { OwnDeployment } from './own-deployment.js';

/** A proof of services with other settings than the defaults. It needs services of its own, hence `--spawn`. */
export interface DepthProof {
  name: string;
  /** The claim that it proves, in a line. */
  title: string;
  steps: readonly Step[];
  /** Variables of its services that differ from the defaults. */
  env: Readonly<Record<string, string>>;
  /** Their policy file. */
  policy?: object;
  /** Writes inputs for the services, and checks their outputs. The table shows two checks. May throw NotSeen. */
  prove: (deployment: OwnDeployment, steps: ReadonlySet<Step>) => Promise<Check[]>;
}

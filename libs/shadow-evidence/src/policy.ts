import type { HintParameters, ProposalParameters } from '@quantum/efficiency-policy';
import type { ApplyMode } from '@quantum/redis-schemas';
import type { GateLimits, GateModes } from '@quantum/risk-gates';

/** What decides a plan besides its state and the time. */
export interface GovernorPolicy {
  limits: GateLimits;
  /** The modes in force. */
  modes: GateModes;
  applyMode: ApplyMode;
  hint: HintParameters;
}

/** The steps whose outputs carry a hash of the parameters that decided them. */
export type Step = 'proposal' | 'hint';

/** What the variables of a recording's header say, of both services. */
export interface Policy {
  proposer: ProposalParameters;
  governor: GovernorPolicy;
  /** What outputs that were decided by these parameters carry. */
  hashes: Readonly<Record<Step, string>>;
}

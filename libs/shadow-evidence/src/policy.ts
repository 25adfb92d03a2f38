import type { AssessmentPolicy, HintParameters, ProposalPolicy } from '@quantum/efficiency-policy';
import type { ApplyMode } from '@quantum/redis-schemas';
import type { GateLimits, GateModes } from '@quantum/risk-gates';

/** What decides a proposal besides the readings and the time. */
export type ProposerPolicy = AssessmentPolicy & ProposalPolicy;

/** What decides a plan besides its state and the time. */
export interface GovernorPolicy {
  limits: GateLimits;
  /** The modes in force. */
  modes: GateModes;
  applyMode: ApplyMode;
  hint: HintParameters;
}

/** Everything that decides, of both services. */
export interface Policy {
  proposer: ProposerPolicy;
  governor: GovernorPolicy;
}

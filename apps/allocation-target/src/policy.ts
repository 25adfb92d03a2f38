import { createPolicyBook, NO_POLICY_FILE, type PolicyBook, type ProposalParameters } from '@quantum/efficiency-policy';
import { proposalStep } from '@quantum/policy';
import type { ProposerConfig } from './config.js';

/** The policy in force, of every symbol. */
export interface Policies {
  current(): PolicyBook<ProposalParameters>;
}

/** What the environment says, for every symbol and for good. */
export function environmentPolicies(config: ProposerConfig): Policies {
  const { book, violations } = createPolicyBook(NO_POLICY_FILE, proposalStep(config));
  if (!book) throw new Error(violations.join('\n'));
  return { current: () => book };
}

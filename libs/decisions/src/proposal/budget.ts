import { isBudgeted, scaledMultiplier, type ProposalParameters } from '@quantum/efficiency-policy';
import { isProofSymbol, type ProposalRecord } from '@quantum/redis-schemas';

/** Scales a proposal, in place, to the budget of its cycle; one that the budget does not count stays as it is. */
export function scaleToBudget(
  proposal: ProposalRecord,
  budgetScale: number,
  { minMultiplier, maxMultiplier }: Pick<ProposalParameters, 'minMultiplier' | 'maxMultiplier'>,
): void {
  const { reason, multiplier, symbol } = proposal;
  if (!isBudgeted({ reason, exempt: isProofSymbol(symbol) })) return;
  proposal.multiplier = scaledMultiplier({ reason, multiplier, minMultiplier, maxMultiplier }, budgetScale);
  proposal.proposedTargetUsd = proposal.baseTargetUsd * proposal.multiplier;
  proposal.budgetScale = budgetScale;
}

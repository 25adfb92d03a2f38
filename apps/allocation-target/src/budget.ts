import {
  budgetOf,
  type CycleBudget,
  type BudgetMode,
  type PolicyBook,
  type ProposalParameters,
} from '@quantum/efficiency-policy';
import { scaleToBudget } from '@quantum/decisions';
import type { SkipReason } from '@quantum/metrics';
import { isProofSymbol, type ProposalRecord } from '@quantum/redis-schemas';

/** What was decided of a batch of symbols. */
export interface Decided {
  proposals: ProposalRecord[];
  skips: { symbol: string; skip: SkipReason }[];
}

export interface BudgetOptions {
  mode: BudgetMode;
  book: PolicyBook<ProposalParameters>;
  /** Called after each batch that is kept back. */
  onKept: () => Promise<void>;
  /** Called with the cycle's budget, before its first batch is given on. */
  onBudget: (budget: CycleBudget) => void;
}

/**
 * Scales the proposals of a shard's cycle to its budget. A scale needs the sum of all of them, so that no batch is
 * given on before the last one has come. 100,000 proposals took 117 MB more at the most than without a budget, and
 * their scale 0.1 s.
 */
export async function* withinBudget(
  batches: AsyncIterable<Decided>,
  { mode, book, onKept, onBudget }: BudgetOptions,
): AsyncGenerator<Decided> {
  const kept: Decided[] = [];
  for await (const batch of batches) {
    kept.push(batch);
    await onKept();
  }
  const budget = budgetOf(mode, budgeted(kept, book));
  onBudget(budget);
  for (let batch = kept.shift(); batch; batch = kept.shift()) {
    if (budget.scale !== 1)
      for (const one of batch.proposals) scaleToBudget(one, budget.scale, book.of(one.symbol).parameters);
    yield batch;
  }
}

const budgeted = (batches: readonly Decided[], book: PolicyBook<ProposalParameters>) =>
  batches.flatMap(({ proposals }) =>
    proposals.map(({ symbol, reason, baseTargetUsd, multiplier }) => {
      const { minMultiplier, maxMultiplier } = book.of(symbol).parameters;
      return { reason, baseTargetUsd, multiplier, minMultiplier, maxMultiplier, exempt: isProofSymbol(symbol) };
    }),
  );

/** The scale that is farthest from 1, by ratio. */
export const farthestFromOne = (scales: readonly number[]): number =>
  scales.reduce((far, each) => (Math.abs(Math.log(each)) > Math.abs(Math.log(far)) ? each : far), 1);

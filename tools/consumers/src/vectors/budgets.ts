import {
  type Budgeted,
  type BudgetMode,
  budgetOf,
  EFFICIENCY_REASONS,
  type EfficiencyReason,
  scaledMultiplier,
} from '@quantum/efficiency-policy';
import { full, isProofSymbol } from '@quantum/redis-schemas';
import { mulberry32 } from '@quantum/testbed';
import type { Case, Env, Vectors } from './file.js';

/** A proposal of a cycle before its budget, numbers as text. */
interface ProposalGiven {
  /** Set where it matters: a symbol of the proof runner stays out of every budget. */
  symbol?: string;
  reason: EfficiencyReason;
  base_target: string;
  smoothed_multiplier: string;
  min: string;
  max: string;
}

interface Given {
  proposals: readonly ProposalGiven[];
}

const ok = (base: number, multiplier: number, min = 0.5, max = 1.5): ProposalGiven => ({
  reason: 'ok',
  base_target: full(base),
  smoothed_multiplier: full(multiplier),
  min: full(min),
  max: full(max),
});
const other = (reason: EfficiencyReason): ProposalGiven => ({ ...ok(1e6, 1), reason });

/** A proposal of a named symbol. */
const named = (symbol: string, proposal: ProposalGiven): ProposalGiven => ({ symbol, ...proposal });

const NAMED: Readonly<Record<string, readonly ProposalGiven[]>> = {
  'no proposals': [],
  'none that is ok': EFFICIENCY_REASONS.filter((reason) => reason !== 'ok').map(other),
  'one above its base': [ok(100, 1.25)],
  'one below its base': [ok(100, 0.8)],
  'one at its base': [ok(100, 1)],
  'equal sums': [ok(100, 1.5), ok(100, 0.5)],
  'equal but for rounding': [ok(1000, 1.1), ok(1000, 0.9)],
  'others stay out': [ok(100, 1.25), ...EFFICIENCY_REASONS.filter((reason) => reason !== 'ok').map(other)],
  'one at its minimum, the rest make up for it': [ok(100, 1.25, 1.25), ok(300, 1.25)],
  'one at its maximum, the rest make up for it': [ok(100, 0.8, 0, 0.8), ok(300, 0.8)],
  'several bounds on the way': [ok(50, 1.4, 1.3, 2), ok(70, 1.2, 1.1, 1.3), ok(90, 1.5, 0.1, 9), ok(11, 1, 0.99, 1.01)],
  'minima above 1': [ok(100, 1.4, 1.2), ok(300, 1.5, 1.2)],
  'minima above 1, and one of 0': [ok(100, 1.4, 1.3), ok(1, 1, 0)],
  'maxima below 1': [ok(100, 0.4, 0, 0.8), ok(300, 0.8, 0, 0.8)],
  'maxima that are just enough': [ok(100, 0.75, 0.5, 1.25), ok(100, 0.5, 0.5, 0.75)],
  'multipliers of 0': [ok(100, 0, 0, 2), ok(50, 0, 0, 2)],
  'one of 0, another that makes up for it': [ok(100, 0, 0, 2), ok(50, 1, 0, 4)],
  'bases of 0': [ok(0, 1.5), ok(0, 0.5)],
  'a base of 0 among others': [ok(0, 1.5), ok(100, 1.25)],
  'amounts far apart': [ok(1e15, 1.3), ok(0.01, 1.2), ok(1e-9, 0.7)],
  'tiny amounts': [ok(5e-324, 1.5), ok(1e-310, 1.25)],
  'a symbol of the proof runner stays out': [
    named('BTCUSDT', ok(100, 1.25)),
    named('PROOF_7K3M9PQRA', ok(1000, 1.4)),
    named('PROOF_7K3M9PQRB', ok(1000, 0.8)),
    named('PROOFUSDT', ok(300, 1.5)),
    named('proof_X', ok(50, 1.5)),
  ],
  'symbols of the proof runner alone': [named('PROOF_7K3M9PQRA', ok(1000, 1.4)), named('PROOF_', ok(10, 0.5))],
  'sums beyond every number': [ok(1e308, 1), ok(1e308, 1.5)],
};

function randomCase(random: () => number, i: number): readonly ProposalGiven[] {
  return Array.from({ length: 1 + (i % 12) }, () => {
    const [min, max] = i % 3 === 0 ? [random(), 1 + random()] : [0.5, 1.5];
    return ok(Math.round(random() * 1e7) / 100, min + random() * (max - min), min, max);
  });
}

function cases(): Case<Given>[] {
  const random = mulberry32(4);
  const named = Object.entries(NAMED);
  const all = [...named, ...Array.from({ length: 36 }, (_, i) => [`random ${i + 1}`, randomCase(random, i)] as const)];
  return all.flatMap(([name, proposals]) =>
    (['cap', 'neutral'] as const).map((mode) => ({
      name: `${name}, ${mode}`,
      config: { P31_BUDGET: mode },
      given: { proposals },
    })),
  );
}

const budgeted = (given: ProposalGiven): Budgeted => ({
  reason: given.reason,
  baseTargetUsd: Number(given.base_target),
  multiplier: Number(given.smoothed_multiplier),
  minMultiplier: Number(given.min),
  maxMultiplier: Number(given.max),
  exempt: isProofSymbol(given.symbol ?? ''),
});

function answer({ proposals }: Given, config: Env): object {
  const cycle = proposals.map(budgeted);
  const { scale, met } = budgetOf(config['P31_BUDGET'] as BudgetMode, cycle);
  const targets = cycle.map((each) => each.baseTargetUsd * scaledMultiplier(each, scale));
  return { met, budget_scale: full(scale), proposed_targets: targets.map(full) };
}

/** The effect of the budget on a cycle. */
export const budgets: Vectors<Given> = {
  about:
    'What P31_BUDGET makes of the proposals of a cycle: its scale, whether the bounds allow it, and the targets as the stream ' +
    'has them. See docs/integration/allocation.md, Budget.',
  config: { P31_BUDGET: 'off' },
  cases: [...cases(), { name: 'off', given: { proposals: [ok(100, 1.25)] } }],
  answer,
};

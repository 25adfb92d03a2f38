import { clamp } from './clamp.js';
import { ExactSum, greatestDouble, nextAfter } from './doubles.js';

/** P31_BUDGET: `cap` keeps the sum of a cycle's proposals at or below that of their bases, `neutral` equal. */
export type BudgetMode = 'off' | 'cap' | 'neutral';

/** The part of a proposal that a budget reads. */
export interface Budgeted {
  /** A proposal with any reason other than `ok` stays unchanged and does not enter the sums. */
  reason: string;
  baseTargetUsd: number;
  /** Within the bounds. */
  multiplier: number;
  minMultiplier: number;
  maxMultiplier: number;
  /** The proposal stays unchanged and out of the sums. For a proof's symbol, which is not part of the portfolio. */
  exempt?: boolean;
}

export interface CycleBudget {
  /** Scale factor of every multiplier, >= 0; 1 changes none. */
  scale: number;
  /** False if the bounds do not allow the budget. Then each multiplier is at its nearest bound. */
  met: boolean;
}

/** Whether the budget counts and scales a proposal. */
export const isBudgeted = ({ reason, exempt = false }: Pick<Budgeted, 'reason' | 'exempt'>): boolean =>
  reason === 'ok' && !exempt;

/**
 * A multiplier under a budget: clamp(scale * multiplier, min, max) for `ok`, and exactly 1 for every other reason. At
 * scale 1 the multiplier keeps its exact bits. An exempt proposal keeps its multiplier.
 */
export function scaledMultiplier(proposal: Omit<Budgeted, 'baseTargetUsd'>, scale: number): number {
  const { reason, multiplier, minMultiplier, maxMultiplier } = proposal;
  if (reason !== 'ok') return 1;
  return isBudgeted(proposal) ? clamp(scale * multiplier, minMultiplier, maxMultiplier) : multiplier;
}

/**
 * The scale of a cycle's proposals. sum(s) is the exact sum of base * clamp(s * multiplier, min, max) over the
 * proposals of reason `ok` that are not exempt. Each product is the double that is published. bases is the exact sum of
 * their bases.
 *
 *     cap       1 if sum(1) <= bases, else the greatest double s with sum(s) <= bases
 *     neutral   1 if sum(1) = bases, else the greatest double s with sum(s) <= bases
 *
 * Neither mode exceeds the bases. `neutral` falls short of them only by rounding: by less than 2^-49 of their sum if
 * amounts and multipliers are normal doubles. Bounds win. If even sum(0) exceeds the bases, all multipliers go to their
 * minimum. If `neutral` finds no sum that reaches the bases, they go to their maximum. Sums above the greatest double
 * have no budget: the result is unchanged and not met.
 *
 * The order of the proposals does not matter. sum(s) is linear between the scales at which a multiplier reaches a
 * bound. The code sorts these scales, solves the segment that crosses the bases, and settles the last digit with exact
 * sums.
 */
export function budgetOf(mode: BudgetMode, proposals: readonly Budgeted[]): CycleBudget {
  if (mode === 'off') return { scale: 1, met: true };
  const scaled = proposals.filter(isBudgeted);
  if (!isFiniteWhole(scaled)) return { scale: 1, met: false };
  const excess = excessOf(scaled, 1);
  if (excess === 0 || (mode === 'cap' && excess < 0)) return { scale: 1, met: true };
  if (excessOf(scaled, 0) > 0) return { scale: scaleToMinimum(scaled), met: false };
  const greatestExcess = excessOf(scaled, Number.MAX_VALUE);
  if (greatestExcess <= 0) return { scale: scaleToMaximum(scaled), met: greatestExcess === 0 };
  return { scale: greatestDouble(solve(scaled), (scale) => excessOf(scaled, scale) <= 0), met: true };
}

/** Whether no sum of these proposals can overflow. */
function isFiniteWhole(proposals: readonly Budgeted[]): boolean {
  let most = 0;
  for (const { baseTargetUsd, maxMultiplier } of proposals) most += baseTargetUsd * Math.max(1, maxMultiplier);
  return Number.isFinite(most);
}

/** How far the proposals exceed their bases at this scale. Exact but for the last digit; its sign is exact. */
function excessOf(proposals: readonly Budgeted[], scale: number): number {
  const sum = new ExactSum();
  for (const proposal of proposals) {
    sum.add(proposal.baseTargetUsd * scaledMultiplier(proposal, scale));
    sum.add(-proposal.baseTargetUsd);
  }
  return sum.value;
}

/** The greatest scale at which every multiplier is at its minimum. */
function scaleToMinimum(proposals: readonly Budgeted[]): number {
  let near = Number.MAX_VALUE;
  for (const { multiplier, minMultiplier } of proposals) {
    if (multiplier > 0) near = Math.min(near, minMultiplier / multiplier);
  }
  return greatestDouble(near, (scale) => proposals.every((each) => scale * each.multiplier <= each.minMultiplier));
}

/** The least scale at which every multiplier is at its maximum. Multipliers that are 0 at any scale do not count. */
function scaleToMaximum(proposals: readonly Budgeted[]): number {
  const scaled = proposals.filter(({ multiplier }) => multiplier > 0);
  let near = 0;
  for (const { multiplier, maxMultiplier } of scaled) near = Math.max(near, maxMultiplier / multiplier);
  if (near === 0) return 1;
  const isBelow = (scale: number): boolean => scaled.some((each) => scale * each.multiplier < each.maxMultiplier);
  const below = greatestDouble(Math.min(near, Number.MAX_VALUE), isBelow);
  return Math.min(nextAfter(below), Number.MAX_VALUE);
}

/** A scale at which sum(scale) is next to the bases. The sum crosses the bases between 0 and the greatest double. */
function solve(proposals: readonly Budgeted[]): number {
  const bases = proposals.reduce((sum, { baseTargetUsd }) => sum + baseTargetUsd, 0);
  const [from, to] = straightAround(proposals, bases);
  const middle = from + (to - from) / 2;
  let slope = 0;
  for (const { baseTargetUsd, multiplier, minMultiplier, maxMultiplier } of proposals) {
    const wanted = middle * multiplier;
    if (wanted > minMultiplier && wanted < maxMultiplier) slope += baseTargetUsd * multiplier;
  }
  return slope > 0 ? clamp(from - excessOf(proposals, from) / slope, from, to) : from;
}

/** Two neighbouring scales at which a multiplier reaches a bound and between which the sum crosses the bases. */
function straightAround(proposals: readonly Budgeted[], bases: number): [from: number, to: number] {
  const bends = new Float64Array(2 * proposals.length);
  proposals.forEach(({ multiplier, minMultiplier, maxMultiplier }, i) => {
    if (multiplier === 0) return;
    bends[2 * i] = minMultiplier / multiplier;
    bends[2 * i + 1] = Math.min(maxMultiplier / multiplier, Number.MAX_VALUE);
  });
  bends.sort();
  const sumAt = (scale: number): number =>
    proposals.reduce((sum, each) => sum + each.baseTargetUsd * scaledMultiplier(each, scale), 0);
  let [low, high] = [-1, bends.length]; // below the bases at `low`, not at `high`
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sumAt(bends[middle] ?? 0) < bases) low = middle;
    else high = middle;
  }
  return [bends[low] ?? 0, bends[high] ?? Number.MAX_VALUE];
}

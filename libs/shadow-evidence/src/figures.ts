import type { EfficiencyReason } from '@quantum/efficiency-policy';

export type Unit = 'share' | 'USD' | 'USD/h' | 's' | 'h' | '1/h' | 'x' | 'bps' | 'bps/day' | 'count';

export interface FigureDefinition {
  /** What people read in place of the id: on the page, in the terminal, in the documents. */
  label: string;
  unit: Unit;
}

/** Every figure that has a fixed id. The only place that labels them. */
export const FIGURES = {
  'replay.different': { label: 'Outputs that replay does not reproduce', unit: 'count' },
  'replay.unknown_policy': { label: 'Outputs with an unknown policy or limits', unit: 'count' },
  'recording.gaps': { label: 'Gaps in the recording', unit: 'count' },
  'recording.unreadable_records': { label: 'Unreadable decision records', unit: 'count' },
  'recording.unreadable_entries': { label: 'Unreadable proposals and scores', unit: 'count' },
  'recording.unanswered': { label: 'Plans without a decision or block', unit: 'count' },
  'recording.covered_hours': { label: 'Hours covered by proposals', unit: 'h' },
  'recording.coverage': { label: 'Share of the time covered by proposals', unit: 'share' },
  'recording.longest_silence_sec': { label: 'Longest time without a proposal', unit: 's' },
  'reasons.redis_error_share': { label: 'Proposals after a Redis error', unit: 'share' },
  'reasons.missing_eff_share': { label: 'Proposals without a score', unit: 'share' },
  'reasons.invalid_eff_share': { label: 'Proposals with an invalid score', unit: 'share' },
  'reasons.stale_eff_share': { label: 'Proposals with a stale score', unit: 'share' },
  'reasons.low_conf_share': { label: 'Proposals with a score of low confidence', unit: 'share' },
  'reasons.ok_share': { label: 'Proposals with a usable score', unit: 'share' },
  'reasons.no_data_share': { label: 'Time of the symbols without a proposal', unit: 'share' },
  'reasons.not_ok_share': { label: 'Proposals without a usable score', unit: 'share' },
  'reasons.longest_stretch_sec': { label: 'Longest stretch without a usable score', unit: 's' },
  'freshness.eff_age_p50_sec': { label: 'Age of the score, median', unit: 's' },
  'freshness.eff_age_p95_sec': { label: 'Age of the score, 95th percentile', unit: 's' },
  'freshness.eff_age_max_sec': { label: 'Age of the score, highest', unit: 's' },
  'freshness.base_age_p50_sec': { label: 'Age of the base target, median', unit: 's' },
  'freshness.base_age_p95_sec': { label: 'Age of the base target, 95th percentile', unit: 's' },
  'freshness.base_age_max_sec': { label: 'Age of the base target, highest', unit: 's' },
  'multiplier.min': { label: 'Multiplier, lowest', unit: 'x' },
  'multiplier.p05': { label: 'Multiplier, 5th percentile', unit: 'x' },
  'multiplier.p50': { label: 'Multiplier, median', unit: 'x' },
  'multiplier.mean': { label: 'Multiplier, mean', unit: 'x' },
  'multiplier.p95': { label: 'Multiplier, 95th percentile', unit: 'x' },
  'multiplier.max': { label: 'Multiplier, highest', unit: 'x' },
  'turnover.base_usd_per_hour': { label: 'Turnover of the bases', unit: 'USD/h' },
  'turnover.proposed_usd_per_hour': { label: 'Turnover of the proposals', unit: 'USD/h' },
  'turnover.ratio': { label: 'Turnover of the proposals relative to the bases', unit: 'x' },
  'turnover.added_books_per_hour': { label: 'Turnover added by the proposals, in book sizes', unit: '1/h' },
  'oscillation.base_per_symbol_hour': { label: 'Direction changes of a base, per symbol', unit: '1/h' },
  'oscillation.proposed_per_symbol_hour': { label: 'Direction changes of a proposal, per symbol', unit: '1/h' },
  'oscillation.worst_per_hour': { label: 'Direction changes of the worst symbol', unit: '1/h' },
  'steps.largest_usd': { label: 'Largest step of a proposal', unit: 'USD' },
  'steps.largest_share': { label: 'Largest step of a proposal relative to its base', unit: 'share' },
  'sums.ratio_min': { label: 'Sum of proposals relative to bases, lowest', unit: 'x' },
  'sums.ratio_mean': { label: 'Sum of proposals relative to bases, mean', unit: 'x' },
  'sums.ratio_max': { label: 'Sum of proposals relative to bases, highest', unit: 'x' },
  'plans.permitted_share': { label: 'Plans permitted', unit: 'share' },
  'hints.hinted_share': { label: 'Permits with a hint to downsize', unit: 'share' },
  'hints.taken_off_usd': { label: 'Size that hints would take off', unit: 'USD' },
  'hints.taken_off_share': { label: 'Share of permitted size that hints would take off', unit: 'share' },
  'hints.cooldown_sec': { label: 'Cooldown that hints would add', unit: 's' },
  'pnl.base_usd': { label: 'P&L of the bases before costs', unit: 'USD' },
  'pnl.base_cost_usd': { label: 'Turnover cost of the bases', unit: 'USD' },
  'pnl.base_drawdown_usd': { label: 'Drawdown of the bases after costs', unit: 'USD' },
  'pnl.base_allocated_usd': { label: 'Mean allocation of the bases', unit: 'USD' },
  'pnl.proposed_usd': { label: 'P&L of the proposals before costs', unit: 'USD' },
  'pnl.proposed_cost_usd': { label: 'Turnover cost of the proposals', unit: 'USD' },
  'pnl.proposed_drawdown_usd': { label: 'Drawdown of the proposals after costs', unit: 'USD' },
  'pnl.proposed_allocated_usd': { label: 'Mean allocation of the proposals', unit: 'USD' },
  'pnl.proposed_equal_size_usd': { label: 'P&L of the proposals before costs, at base size', unit: 'USD' },
  'pnl.proposed_equal_size_cost_usd': { label: 'Turnover cost of the proposals, at base size', unit: 'USD' },
  'pnl.proposed_equal_size_drawdown_usd': { label: 'Drawdown of the proposals after costs, at base size', unit: 'USD' },
  'pnl.proposed_equal_size_allocated_usd': { label: 'Mean allocation of the proposals, at base size', unit: 'USD' },
  'pnl.base_bps_per_day': { label: 'Result of the bases after costs', unit: 'bps/day' },
  'pnl.proposed_bps_per_day': { label: 'Result of the proposals after costs', unit: 'bps/day' },
  'pnl.advantage_bps_per_day': { label: 'Advantage of the proposals after costs', unit: 'bps/day' },
  'pnl.advantage_before_costs_bps_per_day': { label: 'Advantage of the proposals before costs', unit: 'bps/day' },
  'pnl.advantage_equal_size_bps_per_day': { label: 'Advantage of the proposals after costs, at base size', unit: 'bps/day' },
  'pnl.unpriced': { label: 'Symbols without a price', unit: 'count' },
  'pnl.coverage': { label: 'Share of covered hours with prices and a position', unit: 'share' },
  'pnl.long_assumed_share': { label: 'Allocations without a side, taken as long', unit: 'share' },
  'pnl.price_holes_share': { label: 'Prices that are missing', unit: 'share' },
} as const satisfies Readonly<Record<string, FigureDefinition>>; // prettier-ignore

/** Id of a figure; each gate that refused has one of its own. */
export type FigureId = keyof typeof FIGURES | `plans.refused_${string}_share`;

/** A damaged record may have any text as its reason, or none. */
const REFUSED = /^plans\.refused_(.*)_share$/s;

/** The definition of a figure; undefined for an id that names no figure. */
export function definitionOf(id: string): FigureDefinition | undefined {
  if (Object.hasOwn(FIGURES, id)) return FIGURES[id as keyof typeof FIGURES];
  const gate = REFUSED.exec(id)?.[1];
  return gate === undefined ? undefined : { label: `Plans refused by ${gate.replaceAll('_', ' ')}`, unit: 'share' };
}

/** What a proposal's reason means, in a legend. */
export const REASON_LABELS: Readonly<Record<EfficiencyReason, string>> = {
  redis_error: 'Redis error',
  missing_eff: 'no score',
  invalid_eff: 'invalid score',
  stale_eff: 'stale score',
  low_conf: 'low confidence',
  ok: 'usable score',
};

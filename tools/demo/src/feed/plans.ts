import type { Rng } from '@quantum/testbed';
import { pick } from '../random.js';
import { addGrant, paceOf, type Pace } from './grants.js';
import { FEED_SOURCE } from './writes.js';

/** The kinds of plans of the Apply Layer, and how often: an ordinary open unless the draw says otherwise. */
export const PLAN_RATES = [
  { kind: 'close', share: 0.14 },
  { kind: 'skip', share: 0.1 },
  { kind: 'too_soon', share: 0.08 },
  { kind: 'kill_score', share: 0.06 },
  { kind: 'too_large', share: 0.05 },
  { kind: 'malformed', share: 0.02 },
] as const;
type PlanKind = 'open' | 'busy_hour' | 'busy_minutes' | (typeof PLAN_RATES)[number]['kind'];

/** The first plans are fixed, so that every kind, and every limit of the governor, is seen early. */
const OPENING: readonly PlanKind[] = [
  'open',
  'open',
  'kill_score',
  'open',
  'too_soon',
  'too_large',
  'busy_hour',
  'busy_minutes',
  'close',
  'skip',
  'malformed',
];

export const OPENING_PLANS = OPENING.length;

export interface Tradable {
  symbol: string;
  priceUsd: number;
  targetUsd: number;
  /** 0..1 */
  score: number;
  confidence: number;
  /** Expected times of granted plans, unix seconds. */
  grantsSec: readonly number[];
}

/** The plan of a tick. */
export interface PlanDraft {
  fields: Readonly<Record<string, string>>;
  symbol: string;
  /** The symbol's grants after it. */
  grantsSec: readonly number[];
}

const CLOSING = ['PARTIAL_25', 'PARTIAL_50', 'PARTIAL_75', 'FULL_CLOSE_PROPOSED'] as const;
/** More than the 5,000 USD that a symbol may have in a day by default. */
const TOO_LARGE_USD = 6_500;

/** Makes plan number `index` (0 is the first); undefined if there is no symbol. */
export function draftPlan(
  planId: string,
  index: number,
  tradables: readonly Tradable[],
  nowSec: number,
  rng: Rng,
): PlanDraft | undefined {
  const wanted = OPENING[index] ?? rollKind(rng);
  const symbol = chooseSymbol(wanted, tradables, nowSec, rng);
  // With no symbol left for it, the Apply Layer itself decides against the plan.
  const kind = symbol === undefined ? 'skip' : wanted;
  const chosen = symbol ?? pick(tradables, rng);
  if (chosen === undefined) return undefined;
  const granted = kind === 'open' || kind === 'close';
  return {
    fields: planFields(planId, kind, chosen, nowSec, rng),
    symbol: chosen.symbol,
    grantsSec: granted ? addGrant(chosen.grantsSec, nowSec) : chosen.grantsSec,
  };
}

function rollKind(rng: Rng): PlanKind {
  let roll = rng();
  for (const { kind, share } of PLAN_RATES) {
    if (roll < share) return kind;
    roll -= share;
  }
  return 'open';
}

/** The state of the symbols that a kind of plan needs; any symbol for the kinds that are not listed. */
const PACE_OF_KIND: Partial<Record<PlanKind, Pace>> = {
  open: 'free',
  too_large: 'free',
  too_soon: 'cooling',
  busy_hour: 'busy_hour',
  busy_minutes: 'busy_minutes',
};

function chooseSymbol(kind: PlanKind, tradables: readonly Tradable[], nowSec: number, rng: Rng): Tradable | undefined {
  const pace = PACE_OF_KIND[kind];
  if (pace === undefined) return pick(tradables, rng);
  return pick(
    tradables.filter(({ grantsSec }) => paceOf(grantsSec, nowSec) === pace),
    rng,
  );
}

function planFields(
  planId: string,
  kind: PlanKind,
  { symbol, priceUsd, targetUsd, score, confidence }: Tradable,
  nowSec: number,
  rng: Rng,
): Record<string, string> {
  const closing = kind === 'close';
  const notionalUsd = kind === 'too_large' ? TOO_LARGE_USD : targetUsd * (0.08 + 0.12 * rng());
  const killScore = kind === 'kill_score' ? 0.82 + 0.15 * rng() : 0.6 * rng() * (1 - score / 2);
  // Every third plan leaves the price to P3.3's mark price, as market orders do.
  const price = rng() < 1 / 3 ? '' : String(priceUsd);
  return {
    plan_id: planId,
    symbol,
    action: closing ? (pick(CLOSING, rng) ?? CLOSING[0]) : 'ENTRY_PROPOSED',
    decision: kind === 'skip' ? 'SKIP' : 'EXECUTE',
    kill_score: killScore.toFixed(4),
    side: closing ? 'SELL' : 'BUY',
    qty: kind === 'malformed' ? 'n/a' : (notionalUsd / priceUsd).toPrecision(8),
    price,
    reduceOnly: String(closing),
    confidence: confidence.toFixed(4),
    timestamp: nowSec.toFixed(3),
    source: FEED_SOURCE,
  };
}

import type { Rng } from '@quantum/testbed';
import { pick } from '../random.js';
import type { Order } from './fills.js';
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
  /** Signed, units of the asset. */
  positionQty: number;
  /** Whether it is sold to open, and bought to close. */
  isShort: boolean;
  /** Expected times of granted plans, unix seconds. */
  grantsSec: readonly number[];
}

/** The plan of a tick. */
export interface PlanDraft {
  fields: Readonly<Record<string, string>>;
  symbol: string;
  /** What is executed if a permit comes; undefined if the plan is not to be executed, or cannot be. */
  order: Order | undefined;
  /** The symbol's grants after it. */
  grantsSec: readonly number[];
}

/** Closing actions, with the part of the position that each closes. */
const CLOSING = [
  { action: 'PARTIAL_25', share: 0.25 },
  { action: 'PARTIAL_50', share: 0.5 },
  { action: 'PARTIAL_75', share: 0.75 },
  { action: 'FULL_CLOSE_PROPOSED', share: 1 },
] as const;
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
  const fields = planFields(planId, kind, chosen, nowSec, rng);
  const isExecutable = kind !== 'skip' && kind !== 'malformed';
  return {
    fields,
    symbol: chosen.symbol,
    order: isExecutable ? orderOf(planId, chosen.symbol, fields) : undefined,
    grantsSec: granted ? addGrant(chosen.grantsSec, nowSec) : chosen.grantsSec,
  };
}

const orderOf = (planId: string, symbol: string, fields: Readonly<Record<string, string>>): Order => ({
  planId,
  symbol,
  signedQty: Number(fields['qty']) * (fields['side'] === 'BUY' ? 1 : -1),
  closing: fields['reduceOnly'] === 'true',
});

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

/** Opens are few by the governor's limits. If small positions were closed too, every symbol would soon be flat. */
const isLarge = ({ positionQty, priceUsd, targetUsd }: Tradable): boolean =>
  Math.abs(positionQty) * priceUsd > targetUsd / 2;

function chooseSymbol(kind: PlanKind, tradables: readonly Tradable[], nowSec: number, rng: Rng): Tradable | undefined {
  const pace = PACE_OF_KIND[kind];
  if (kind === 'close') {
    return pick(tradables.filter(isLarge), rng);
  }
  if (pace === undefined) return pick(tradables, rng);
  return pick(
    tradables.filter(({ grantsSec }) => paceOf(grantsSec, nowSec) === pace),
    rng,
  );
}

function planFields(
  planId: string,
  kind: PlanKind,
  { symbol, priceUsd, targetUsd, positionQty, isShort }: Tradable,
  nowSec: number,
  rng: Rng,
): Record<string, string> {
  const close = kind === 'close' ? (pick(CLOSING, rng) ?? CLOSING[0]) : undefined;
  const notionalUsd = kind === 'too_large' ? TOO_LARGE_USD : targetUsd * (0.08 + 0.12 * rng());
  const qty = close === undefined ? notionalUsd / priceUsd : close.share * Math.abs(positionQty);
  const killScore = kind === 'kill_score' ? 0.82 + 0.15 * rng() : 0.6 * rng();
  // Every third plan leaves the price to P3.3's mark price, as market orders do.
  const price = rng() < 1 / 3 ? '' : String(priceUsd);
  return {
    plan_id: planId,
    symbol,
    action: close?.action ?? 'ENTRY_PROPOSED',
    decision: kind === 'skip' ? 'SKIP' : 'EXECUTE',
    kill_score: killScore.toFixed(4),
    side: (close === undefined) === isShort ? 'SELL' : 'BUY',
    qty: kind === 'malformed' ? 'n/a' : qty.toPrecision(8),
    price,
    reduceOnly: String(close !== undefined),
    confidence: (0.5 + 0.5 * rng()).toFixed(4),
    timestamp: nowSec.toFixed(3),
    source: FEED_SOURCE,
  };
}

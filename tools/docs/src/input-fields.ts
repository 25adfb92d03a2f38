import { GATE_FIELDS } from '@quantum/risk-gates';

/** A field that a service reads from a key or a stream entry of another team. */
export interface InputField {
  name: string;
  /** Unit or format of its value. */
  holds: string;
  /** Whether the entry or key counts for nothing without it. */
  required: boolean;
  /** What follows where it is absent or blank. */
  absent: string;
}

const field = (name: string, holds: string, absent: string): InputField => ({ name, holds, required: false, absent });
const required = (name: string, holds: string, absent: string): InputField => ({
  name,
  holds,
  required: true,
  absent,
});

const SECONDS = 'unix seconds';

/**
 * Fields of a plan, an entry of `quantum:stream:apply.plan`. A test compares the names with those that `parsePlan` and
 * the gates read.
 */
export const PLAN_INPUTS: readonly InputField[] = [
  required('plan_id', '1 to 128 printable ASCII characters', 'dead letter `invalid_plan_id`'),
  required('symbol', '1 to 64 characters', 'dead letter `invalid_symbol`'),
  required('decision', '`EXECUTE`; any other word asks for no permit', 'no permit, counted as skipped (`other`)'),
  field('action', '`FULL_CLOSE_PROPOSED`, `PARTIAL_75`, `PARTIAL_50`, `PARTIAL_25`, `UPDATE_SL`, or any', 'opens'),
  field('reduceOnly', '`true` or `1`', 'false'),
  field('reduce_only', '`true` or `1`', 'false'),
  field('closePosition', '`true` or `1`', 'false'),
  field('side', '`BUY`, `LONG`, `SELL`, `SHORT`', 'unknown: `allocation_cap` adds the plan to the exposure'),
  field('qty', 'units of the asset, >= 0', '`computed_qty` 0; the notional is unknown without `notional_usd`'),
  field('close_qty', 'units of the asset, >= 0; closing plans only', '`qty` is the quantity'),
  field('price', 'USD per unit, > 0', '`entry_price` is the price'),
  field('entry_price', 'USD per unit, > 0; read only without `price`', "the position's mark price, where it is fresh"),
  field('notional_usd', 'USD, > 0', 'quantity times price; unknown without both'),
  ...GATE_FIELDS.map(([, { field: name, holds, absent }]) => field(name, holds, absent)),
  field('timestamp', SECONDS, 'matters only where the stream id is more than 60 s ahead: an open is then refused'),
];

/** Fields of P2.9's target, `quantum:allocation:target:{symbol}`. */
export const TARGET_INPUTS: readonly InputField[] = [
  required('target_usd', 'USD; step 1 needs >= 0', 'no proposal (`invalid_target`); `allocation_cap` passes'),
  field('base_target_usd', 'USD, >= 0', '`target_usd` is the base of the proposal, and of an effective target'),
  field('timestamp', SECONDS, '`base_ts` is empty; not fresh, so `allocation_cap` passes'),
  field('mode', '`enforce` or any', 'not enforced: `allocation_cap` passes'),
];

/** Fields of P3.1's reading, `quantum:capital:efficiency:{symbol}`. */
export const EFFICIENCY_INPUTS: readonly InputField[] = [
  required('efficiency_score', '0..1', '`invalid_eff`'),
  required('confidence', '0..1', '`invalid_eff`'),
  required('ts', SECONDS, '`invalid_eff`; `missing_eff` where all three are absent'),
];

/** Fields of P2.8's budget, `quantum:portfolio:budget:{symbol}`. */
export const BUDGET_INPUTS: readonly InputField[] = [
  field('mode', '`enforce` or any', 'not enforced: `portfolio_budget` passes'),
  field('timestamp', SECONDS, 'not fresh: `portfolio_budget` passes'),
];

/** Fields of P3.3's position, `quantum:state:positions:{symbol}`. */
export const POSITION_INPUTS: readonly InputField[] = [
  field('position_amt', 'units of the asset, signed', '0 where `mark_price` is absent too, else unknown'),
  field('mark_price', 'USD per unit, > 0', 'unknown: `price_band` passes, and `allocation_cap` unless the amount is 0'),
  field('ts_epoch', SECONDS, 'not fresh: the position is unknown'),
];

// The formulas of docs/brain.md, written from it alone, with the parameters of the scenarios. No code of the brain.

export const PERIOD_SEC = 1;
const HALFLIFE_SEC = 60;
const PRIOR_SR_PER_DAY = 100;
const CONF_PERIODS = 5;
export const STALE_SEC = 30;
const PERIODS_PER_DAY = 86_400 / PERIOD_SEC;
const PRIOR_PERIODS = PERIODS_PER_DAY / PRIOR_SR_PER_DAY ** 2;
const MIN_SD = 1e-4 / Math.sqrt(PERIODS_PER_DAY);
const MOST_RESERVED_USD = 1e15;
const MOST_RETURN = 1e6;

/** The same parameters as the brain's variables. */
export const BRAIN_ENV: Readonly<Record<string, string>> = {
  P31_MODE: 'enforce',
  P31_LOOP_SEC: '0.2',
  P31_STALE_SEC: String(STALE_SEC),
  DISCOVERY_INTERVAL_SEC: '1',
  BRAIN_PERIOD_SEC: String(PERIOD_SEC),
  BRAIN_HALFLIFE_SEC: String(HALFLIFE_SEC),
  BRAIN_PRIOR_SR_PER_DAY: String(PRIOR_SR_PER_DAY),
  BRAIN_CONF_PERIODS: String(CONF_PERIODS),
};

/** A closed period, as an entry records it. */
export interface Closed {
  period: number;
  position?: number;
  price?: number;
  reserved_usd?: number;
  fills: readonly (readonly [qty: number, price: number])[];
  fees_usd: number;
  funding_usd: number;
  reported_gain_usd?: number;
  oldest_input: number;
}

/** Fields of a state that the formulas give; NaN: unknown. */
export type State = Readonly<Record<string, number>>;

/** Fields that a missing period leaves as they are. */
const KEPT = ['last_period', 'last_return', 'oldest_input', 'weight', 'squared_weight', 'mean', 'squares', 'pair_weight', 'later_mean', 'earlier_mean', 'pair_products']; // prettier-ignore

const left = (periods: number): number => 2 ** (-(periods * PERIOD_SEC) / HALFLIFE_SEC);
const isKnown = (value: number | undefined): value is number => value !== undefined && !Number.isNaN(value);
const isPositive = (value: number | undefined): value is number => isKnown(value) && value > 0;

/** The gain of a period on its reserved capital; undefined where it is missing. */
function gainOf(before: State | undefined, closed: Closed): number | undefined {
  if (before?.['period'] !== closed.period - 1) return undefined;
  if (!isPositive(closed.reserved_usd) || closed.reserved_usd > MOST_RESERVED_USD) return undefined;
  const [qty, from, { price }] = [before['position_qty'], before['price_usd'], closed];
  if (!isKnown(qty)) return closed.reported_gain_usd;
  if (qty !== 0 && !isPositive(from)) return undefined;
  if ((qty !== 0 || closed.fills.length > 0) && !isPositive(price)) return undefined;
  const held = qty === 0 ? 0 : qty * ((price ?? 0) - (from ?? 0));
  const traded = closed.fills.reduce((sum, [filled, at]) => sum + filled * ((price ?? 0) - at), 0);
  return held + traded - closed.fees_usd - closed.funding_usd;
}

/** The state after a period. */
export function stateAfter(before: State | undefined, closed: Closed): State {
  const at = (name: string): number => before?.[name] ?? NaN;
  const or0 = (name: string): number => (isKnown(at(name)) ? at(name) : 0);
  const ends = {
    first_period: before ? at('first_period') : closed.period,
    period: closed.period,
    position_qty: closed.position ?? NaN,
    price_usd: closed.price ?? NaN,
  };
  const gain = gainOf(before, closed);
  const x = gain === undefined ? NaN : gain / (closed.reserved_usd ?? NaN);
  if (gain === undefined || !(Math.abs(x) <= MOST_RETURN)) {
    return { ...Object.fromEntries(KEPT.map((name) => [name, before?.[name] ?? NaN])), gain_usd: or0('gain_usd'), peak_gain_usd: or0('peak_gain_usd'), ...ends }; // prettier-ignore
  }
  const k = closed.period - at('last_period');
  const decay = isKnown(k) ? left(k) : 0;
  const weight = decay * or0('weight') + 1;
  const mean = or0('mean') + (x - or0('mean')) / weight;
  const gains = or0('gain_usd') + gain;
  const isPair = k === 1;
  const pairWeight = decay * or0('pair_weight') + (isPair ? 1 : 0);
  const toLater = isPair ? x - or0('later_mean') : 0;
  const toEarlier = isPair ? at('last_return') - or0('earlier_mean') : 0;
  const earlier = or0('earlier_mean') + (isPair ? toEarlier / pairWeight : 0);
  return {
    ...ends,
    gain_usd: gains,
    peak_gain_usd: Math.max(or0('peak_gain_usd'), gains),
    last_period: closed.period,
    last_return: x,
    oldest_input: closed.oldest_input,
    weight,
    squared_weight: decay ** 2 * or0('squared_weight') + 1,
    mean,
    squares: decay * or0('squares') + (x - or0('mean')) * (x - mean),
    pair_weight: pairWeight,
    later_mean: or0('later_mean') + (isPair ? toLater / pairWeight : 0),
    earlier_mean: earlier,
    pair_products: decay * or0('pair_products') + (isPair ? toLater * (at('last_return') - earlier) : 0),
  };
}

/** What an entry says of a state, at its time. */
export function scoreOf(state: State | undefined, nowSec: number): Record<string, number> {
  const neutral = { score_posterior: 0.5, n_eff: 0, coverage: 0, confidence: 0 };
  if (state === undefined || !isKnown(state['weight'])) return neutral;
  const at = (name: string): number => state[name] ?? NaN;
  const variance = at('squares') / at('weight');
  const raw = at('pair_weight') > 0 && variance > 0 ? at('pair_products') / at('pair_weight') / variance : 0;
  const r1 = Math.min(Math.max(raw, 0), 0.95);
  const periods = ((at('weight') ** 2 / at('squared_weight')) * (1 - r1)) / (1 + r1);
  const z = (at('mean') / Math.max(Math.sqrt(Math.max(0, variance)), MIN_SD)) * Math.sqrt(periods);
  const all = (1 - left(at('period') - at('first_period') + 1)) / (1 - left(1));
  const coverage = Math.min(Math.max((at('weight') * left(at('period') - at('last_period'))) / all, 0), 1);
  const ageSec = nowSec - at('oldest_input');
  const freshness = Math.min(Math.max((STALE_SEC - ageSec) / (STALE_SEC - PERIOD_SEC), 0), 1);
  return {
    score_posterior: phi(z * Math.sqrt(periods / (periods + PRIOR_PERIODS))),
    n_eff: periods,
    coverage,
    confidence: (periods / (periods + CONF_PERIODS)) * coverage * freshness,
  };
}

/** Phi to within 1e-7: formula 7.1.26 of Abramowitz and Stegun. */
function phi(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const sum = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592].reduce((all, a) => (all + a) * t, 0);
  const upper = 1 - 0.5 * sum * Math.exp(-x * x);
  return z < 0 ? 1 - upper : upper;
}

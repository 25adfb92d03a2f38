import { isPeriod } from './period.js';
import { MAX_RESERVED_USD, MAX_RETURN } from './measure.js';

/** Largest sums that periods of a thousand years can reach; what is beyond would overflow later. */
const MAX_WEIGHT = 1e12;
const MAX_SUM_USD = 1e35;

const within = (least: number, greatest: number) => (value: number) => value >= least && value <= greatest;
const mean = within(-MAX_RETURN, MAX_RETURN);
const products = within(-4 * MAX_WEIGHT * MAX_RETURN * MAX_RETURN, 4 * MAX_WEIGHT * MAX_RETURN * MAX_RETURN);
const isPositive = (value: number): boolean => value > 0;
const amount = within(0, MAX_RETURN * MAX_RESERVED_USD);
const sum = within(-MAX_SUM_USD, MAX_SUM_USD);

/** The fields of a state and the values that each may have. All are numbers. */
export const REQUIRED_FIELDS = {
  first_period: isPeriod,
  period: isPeriod,
  gain_usd: sum,
  peak_gain_usd: within(0, MAX_SUM_USD),
  score_ewma: within(0, 1),
  p31_volatility_usd: amount,
  p31_loss_usd: amount,
  p31_performance: within(-1, 1),
  p31_target_usd: (value: number) => value > 0 && value <= MAX_RESERVED_USD,
} as const;

/** Empty where the value is unknown. */
export const OPTIONAL_FIELDS = {
  position_qty: Number.isFinite,
  price_usd: isPositive,
  p31_last_execution: isPositive,
} as const;

/** All empty until a period was measured, then all present. */
export const MEASURED_FIELDS = {
  last_period: isPeriod,
  last_return: mean,
  oldest_input: Number.isFinite,
  weight: within(1, MAX_WEIGHT),
  squared_weight: within(1, MAX_WEIGHT),
  mean,
  squares: (value: number) => value >= 0 && products(value),
  pair_weight: within(0, MAX_WEIGHT),
  later_mean: mean,
  earlier_mean: mean,
  pair_products: products,
} as const;

export const NUMBER_FIELDS = { ...REQUIRED_FIELDS, ...OPTIONAL_FIELDS, ...MEASURED_FIELDS };
export type NumberField = keyof typeof NUMBER_FIELDS;

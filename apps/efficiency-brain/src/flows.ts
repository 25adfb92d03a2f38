import type { PeriodFlow } from '@quantum/efficiency-score';
import type { Execution, ExecutionStream } from '@quantum/redis-schemas';

/** What executions of a symbol in a period come to. Fills are added up, so that an entry has two at most. */
interface Flow {
  bought: { qty: number; usd: number };
  sold: { qty: number; usd: number };
  feesUsd: number;
  reportedGainUsd: number | undefined;
}

/** An amount that is larger is garbage; sums of smaller ones stay finite. USD, or units of the asset. */
const MAX_AMOUNT = 1e15;
/** Periods that are kept: the open one, the one to be closed, and one more for a cycle that failed. */
const KEPT_PERIODS = 3;
/** How long an order is remembered at least, seconds: its streams tell of it within seconds. */
const REMEMBER_SEC = 600;

const isAmount = (value: number | undefined): value is number => value !== undefined && Math.abs(value) <= MAX_AMOUNT;

/** What became of an execution. */
export type Added = 'counted' | 'duplicate';

/** What was counted of an order, from all streams. */
interface Order {
  readonly streams: Set<ExecutionStream>;
  /** Signed, units of the asset and USD. */
  qty: number;
  usd: number;
  feesUsd: number | undefined;
  hasGain: boolean;
}

/** Whether an amount of an order, stated anew, is of more than what was counted. */
const isMore = (stated: number, counted: number): boolean =>
  Math.abs(stated) > Math.abs(counted) && stated * counted >= 0;

/**
 * Executions by symbol and period, each order once however many streams tell of it. What an entry states of an order is of
 * all that was done of it by then, so a later one adds what it states beyond that. Equal entries of one time without an
 * order are one.
 */
export class Flows {
  readonly #byPeriod = new Map<number, Map<string, Flow>>();
  readonly #lastSec = new Map<string, number>();
  /** By symbol and order; what has no order, by its content. */
  #recent = new Map<string, Order>();
  #older = new Map<string, Order>();
  #swappedSec = -Infinity;

  /** Adds what an entry states of an order and no entry before it stated. `period`: in which it counts. */
  add(stream: ExecutionStream, execution: Execution, period: number): Added {
    const { symbol, orderId, atSec, fill, feesUsd, netPnlUsd } = execution;
    const order = orderId === undefined ? undefined : this.#orderOf(`${symbol} ${orderId}`);
    const flow = this.#flowOf(symbol, period);
    const content = (part: string, ...values: readonly number[]): Order =>
      this.#orderOf([part, symbol, ...values, atSec].join(' '));
    const parts: boolean[] = [];
    if (fill?.priceUsd !== undefined && isAmount(fill.qty) && isAmount(fill.qty * fill.priceUsd)) {
      const { qty, priceUsd } = fill;
      parts.push(addFill(flow, order ?? content('fill', qty, priceUsd), qty, priceUsd));
    }
    if (isAmount(feesUsd)) parts.push(addFees(flow, order ?? content('fees', feesUsd), feesUsd));
    if (isAmount(netPnlUsd)) {
      // The same gain comes with its order and, on another stream, without.
      const tellers = [content('gain', netPnlUsd), ...(order ? [order] : [])];
      parts.push(addGain(flow, tellers, netPnlUsd));
    }
    const isNew = parts.some(Boolean);
    const isRepeated = order?.streams.has(stream) ?? false;
    order?.streams.add(stream);
    if (isRepeated && !isNew) return 'duplicate';
    this.#lastSec.set(symbol, Math.max(this.#lastSec.get(symbol) ?? 0, atSec));
    return isNew || parts.length === 0 ? 'counted' : 'duplicate';
  }

  /** What is known of a symbol's period. */
  of(symbol: string, period: number): Pick<PeriodFlow, 'fills' | 'feesUsd' | 'fundingUsd' | 'reportedGainUsd'> {
    const flow = this.#byPeriod.get(period)?.get(symbol);
    const sides = flow ? [flow.bought, flow.sold].filter(({ qty }) => qty !== 0) : [];
    return {
      fills: sides.map(({ qty, usd }) => ({ signedQty: qty, priceUsd: usd / qty })),
      feesUsd: flow?.feesUsd ?? 0,
      fundingUsd: 0,
      reportedGainUsd: flow?.reportedGainUsd,
    };
  }

  /** Latest execution of a symbol, unix seconds, since this process reads; undefined if there was none. */
  lastExecutionSec(symbol: string): number | undefined {
    return this.#lastSec.get(symbol);
  }

  /** Forgets periods that are closed, orders of the past, and symbols that are not scored. */
  prune(openPeriod: number, nowSec: number, isScored: (symbol: string) => boolean): void {
    for (const period of this.#byPeriod.keys()) {
      if (period <= openPeriod - KEPT_PERIODS) this.#byPeriod.delete(period);
    }
    for (const symbol of this.#lastSec.keys()) if (!isScored(symbol)) this.#lastSec.delete(symbol);
    if (Math.abs(nowSec - this.#swappedSec) < REMEMBER_SEC) return;
    this.#swappedSec = nowSec;
    this.#older = this.#recent;
    this.#recent = new Map();
  }

  #orderOf(key: string): Order {
    let order = this.#recent.get(key);
    if (!order) {
      order = this.#older.get(key) ?? { streams: new Set(), qty: 0, usd: 0, feesUsd: undefined, hasGain: false };
      this.#recent.set(key, order);
    }
    return order;
  }

  #flowOf(symbol: string, period: number): Flow {
    let flows = this.#byPeriod.get(period);
    if (!flows) this.#byPeriod.set(period, (flows = new Map<string, Flow>()));
    let flow = flows.get(symbol);
    if (!flow) {
      flow = { bought: { qty: 0, usd: 0 }, sold: { qty: 0, usd: 0 }, feesUsd: 0, reportedGainUsd: undefined };
      flows.set(symbol, flow);
    }
    return flow;
  }
}

/** Each of these tells whether it added anything. */
function addFill(flow: Flow, order: Order, qty: number, priceUsd: number): boolean {
  if (!isMore(qty, order.qty)) return false;
  const side = qty > 0 ? flow.bought : flow.sold;
  const newQty = qty - order.qty;
  const newUsd = qty * priceUsd - order.usd;
  // An average price that contradicts the one before tells nothing of the new part.
  const addedUsd = newUsd * qty > 0 ? newUsd : newQty * priceUsd;
  side.qty += newQty;
  side.usd += addedUsd;
  order.qty = qty;
  order.usd += addedUsd;
  return true;
}

function addFees(flow: Flow, order: Order, feesUsd: number): boolean {
  if (order.feesUsd !== undefined && !isMore(feesUsd, order.feesUsd)) return false;
  flow.feesUsd += feesUsd - (order.feesUsd ?? 0);
  order.feesUsd = feesUsd;
  return true;
}

function addGain(flow: Flow, tellers: readonly Order[], netPnlUsd: number): boolean {
  const isNew = tellers.every(({ hasGain }) => !hasGain);
  for (const teller of tellers) teller.hasGain = true;
  if (isNew) flow.reportedGainUsd = (flow.reportedGainUsd ?? 0) + netPnlUsd;
  return isNew;
}

import { createHash } from 'node:crypto';
import type { PeriodFlow } from '@quantum/efficiency-score';
import type { Execution } from '@quantum/redis-schemas';
import { addFees, addFill, isNewGain, newGain, newOrder } from './orders.js';
import type { TailEntry } from './execution-tails.js';
import { Recent } from './recent.js';

/** What executions of a symbol in a period come to. Fills are added up, so that an entry has two at most. */
interface Flow {
  bought: { qty: number; usd: number };
  sold: { qty: number; usd: number };
  /** Signed quantities in the order in which they were filled. */
  quantities: number[];
  feesUsd: number;
  reportedGainUsd: number | undefined;
}

/** Digits to which gains of two streams are compared: one of them is a difference of two numbers. */
const GAIN_DIGITS = 12;
/** Periods that are kept: the open one, the one to be closed, and one more for a cycle that failed. */
const KEPT_PERIODS = 3;
/** An entry of an execution stream, and the time that its id has, unix seconds. */
export type ReadEntry = Pick<TailEntry, 'stream' | 'atSec'> & { fields: readonly string[] };

/** A short name for texts of any length. */
const digestOf = (texts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(texts)).digest('base64url');

/** What became of an execution. */
export type Added = 'counted' | 'duplicate';

/**
 * Executions by symbol and period, each order once however many streams tell of it. Equal entries of one stream and
 * time without an order are one.
 */
export class Flows {
  readonly #byPeriod = new Map<number, Map<string, Flow>>();
  readonly #orders = new Recent(newOrder);
  readonly #gains = new Recent(newGain);
  /** The latest executions of symbols, also of those that are not scored yet. States keep those that are older. */
  readonly #latest = new Recent(() => ({ atSec: 0 }));

  /**
   * Adds what an entry states of an order and no entry before it stated. `period`, `fillPeriod`: in which it and its
   * fill count.
   */
  add(
    { stream, atSec: entrySec, fields }: ReadEntry,
    execution: Execution,
    period: number,
    fillPeriod = period,
  ): Added {
    const { symbol, orderId, atSec, fill, feesUsd, netPnlUsd } = execution;
    const name = orderId ?? digestOf([stream, ...fields]);
    const tells = fill?.priceUsd !== undefined || feesUsd !== undefined || netPnlUsd !== undefined;
    const order = this.#orders.of([symbol, orderId === undefined, name].join('\n'), entrySec, tells);
    const flow = this.#flowOf(symbol, period);
    const parts: boolean[] = [];
    if (fill?.priceUsd !== undefined) {
      const part = addFill(order, fill.qty, fill.priceUsd);
      const { bought, sold, quantities } = this.#flowOf(symbol, fillPeriod);
      const side = fill.qty > 0 ? bought : sold;
      side.qty += part?.qty ?? 0;
      side.usd += part?.usd ?? 0;
      if (part) quantities.push(part.qty);
      parts.push(part !== undefined);
    }
    if (feesUsd !== undefined) {
      const newUsd = addFees(order, feesUsd, Math.abs(fill?.qty ?? 0));
      flow.feesUsd += newUsd ?? 0;
      parts.push(newUsd !== undefined);
    }
    if (netPnlUsd !== undefined) {
      const gain = this.#gains.of([symbol, netPnlUsd.toPrecision(GAIN_DIGITS), atSec].join('\n'), entrySec);
      const isNew = isNewGain(order, gain, orderId !== undefined);
      if (isNew) flow.reportedGainUsd = (flow.reportedGainUsd ?? 0) + netPnlUsd;
      parts.push(isNew);
    }
    const isRepeated = order.streams.has(stream);
    order.streams.add(stream);
    const isNew = parts.some(Boolean);
    if (isRepeated && !isNew) return 'duplicate';
    const latest = this.#latest.of(symbol, entrySec);
    latest.atSec = Math.max(latest.atSec, atSec);
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

  /** Signed quantities of the fills of a symbol's period, in their order. */
  quantities(symbol: string, period: number): readonly number[] {
    return this.#byPeriod.get(period)?.get(symbol)?.quantities ?? [];
  }

  /** Latest execution of a symbol that is kept, unix seconds; undefined if it has none. */
  lastExecutionSec(symbol: string): number | undefined {
    return this.#latest.get(symbol)?.atSec;
  }

  /** Forgets periods that are closed. */
  prune(openPeriod: number): void {
    for (const period of this.#byPeriod.keys()) {
      if (period <= openPeriod - KEPT_PERIODS) this.#byPeriod.delete(period);
    }
  }

  #flowOf(symbol: string, period: number): Flow {
    let flows = this.#byPeriod.get(period);
    if (!flows) this.#byPeriod.set(period, (flows = new Map<string, Flow>()));
    let flow = flows.get(symbol);
    if (!flow) {
      flow = {
        bought: { qty: 0, usd: 0 },
        sold: { qty: 0, usd: 0 },
        quantities: [],
        feesUsd: 0,
        reportedGainUsd: undefined,
      };
      flows.set(symbol, flow);
    }
    return flow;
  }
}

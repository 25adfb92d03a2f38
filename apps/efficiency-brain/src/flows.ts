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

/** Executions by symbol and period, each order once however many streams tell of it. */
export class Flows {
  readonly #byPeriod = new Map<number, Map<string, Flow>>();
  readonly #lastSec = new Map<string, number>();
  #recent = new Set<string>();
  #older = new Set<string>();
  #swappedSec = -Infinity;

  /** Adds what an entry states of an order and no entry before it stated. `period`: in which it counts. */
  add(stream: ExecutionStream, execution: Execution, period: number): Added {
    const { symbol, orderId, atSec, fill, feesUsd, netPnlUsd } = execution;
    if (orderId !== undefined && !this.#isNew(`${stream} ${symbol} ${orderId}`)) return 'duplicate';
    this.#lastSec.set(symbol, Math.max(this.#lastSec.get(symbol) ?? 0, atSec));
    const parts: boolean[] = [];
    /** Of one order, each part counts once. Without an order, equal parts of one time are one. */
    const isNewPart = (part: string, ...content: readonly number[]): boolean => {
      const byContent = `${part} ${symbol} ${content.join(' ')} ${atSec}`;
      const byOrder = `${part} ${symbol} ${orderId ?? ''}`;
      // The same gain comes with its order and, on another stream, without.
      const keys = orderId === undefined ? [byContent] : part === 'gain' ? [byOrder, byContent] : [byOrder];
      const isNew = keys.map((key) => this.#isNew(key)).every(Boolean);
      parts.push(isNew);
      return isNew;
    };
    const flow = this.#flowOf(symbol, period);
    if (fill?.priceUsd !== undefined && isAmount(fill.qty) && isAmount(fill.qty * fill.priceUsd)) {
      if (isNewPart('fill', fill.qty, fill.priceUsd)) {
        const side = fill.qty > 0 ? flow.bought : flow.sold;
        side.qty += fill.qty;
        side.usd += fill.qty * fill.priceUsd;
      }
    }
    if (isAmount(feesUsd) && isNewPart('fees', feesUsd)) flow.feesUsd += feesUsd;
    if (isAmount(netPnlUsd) && isNewPart('gain', netPnlUsd)) {
      flow.reportedGainUsd = (flow.reportedGainUsd ?? 0) + netPnlUsd;
    }
    return parts.length > 0 && !parts.some(Boolean) ? 'duplicate' : 'counted';
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
    this.#recent = new Set();
  }

  #isNew(key: string): boolean {
    if (this.#recent.has(key) || this.#older.has(key)) return false;
    this.#recent.add(key);
    return true;
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

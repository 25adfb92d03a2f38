import { systemClock } from '@quantum/clock';
import { runBatch, type Command, type Redis } from '@quantum/redis-io';
import { positionKey, targetKey } from '@quantum/redis-schemas';
import { SOURCE } from '../fixture.js';
import type { Market } from './brain-proof.js';

/** Small amounts, USD: a position that other readers meet is below every exchange's least order. */
const TARGET_USD = 1;
const PRICE_USD = 1;
/** Longer than a period is written, in case the keys cannot be removed. */
const TTL_SEC = 120;
/** Time between two writes at most, ms. */
const MOST_MS = 2000;

/** The keys that the brain reads of a proof's symbol. */
export const inputKeys = (symbol: string): string[] => [positionKey(symbol), targetKey(symbol)];

/** Writes positions as P3.3 does and targets as P2.9 does, again and again: the brain believes in fresh ones alone. */
export class BrainInputs {
  readonly #redis: Redis;
  readonly #markets: Map<string, Market>;
  #writtenMs = -Infinity;
  #everyMs = MOST_MS;
  /** Since when prices go up, and the length of a period; undefined until that is known. */
  #rise: { sinceMs: number; periodMs: number } | undefined;

  constructor(redis: Redis, markets: ReadonlyMap<string, Market>) {
    this.#redis = redis;
    this.#markets = new Map(markets);
  }

  /** Takes the length of a period: inputs are written, and prices go up, some times in each. */
  setPeriod(periodSec: number): void {
    const periodMs = 1000 * periodSec;
    this.#rise = { sinceMs: systemClock.steadyMs(), periodMs };
    this.#everyMs = Math.min(MOST_MS, periodMs / 5);
    this.#writtenMs = -Infinity;
  }

  /** From now on a symbol's inputs grow old. */
  end(symbol: string): void {
    this.#markets.delete(symbol);
  }

  /** Writes the inputs if it is time to. */
  async write(): Promise<void> {
    const nowMs = systemClock.steadyMs();
    if (nowMs - this.#writtenMs < this.#everyMs) return;
    this.#writtenMs = nowMs;
    const risen = 1 + (this.#rise ? (nowMs - this.#rise.sinceMs) / this.#rise.periodMs : 0);
    const replies = await runBatch(
      this.#redis,
      [...this.#markets].flatMap(([symbol, market]) => commandsOf(symbol, market, market.rises ? risen : 1)),
    );
    for (const reply of replies) if (!reply.ok) throw reply.error;
  }
}

function commandsOf(symbol: string, { amount, isOld }: Market, risen: number): Command[] {
  const nowSec = systemClock.wallSec().toFixed(3);
  const [position, target] = [positionKey(symbol), targetKey(symbol)];
  const targetFields = { target_usd: TARGET_USD, confidence: 0.9, timestamp: nowSec, mode: 'shadow', source: SOURCE };
  const price = PRICE_USD * risen;
  const positionFields = { position_amt: amount, mark_price: price, ts_epoch: isOld ? 1 : nowSec, source: SOURCE };
  return [
    ['hset', target, ...Object.entries(targetFields).flat()],
    ['expire', target, TTL_SEC],
    ['hset', position, ...Object.entries(positionFields).flat()],
    ['expire', position, TTL_SEC],
  ];
}

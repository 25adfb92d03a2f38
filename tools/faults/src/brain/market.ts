import { positionKey, STREAMS, targetKey, tickerKey } from '@quantum/redis-schemas';
import { repeat, type Activity, type Random } from '@quantum/testbed';
import type { Redis } from 'ioredis';
import type { Written } from './check.js';
import { PERIOD_SEC } from './formulas.js';

const SYMBOLS = Array.from({ length: 60 }, (_, i) => `SYM${i}USDT`);
const EVERY_MS = 100;
/** Share of a period at its ends in which an order's id does not tell for sure in which period it is read. */
const UNSURE = 0.05;
/** Share at its ends in which there are no orders, so that few are unsure. */
const QUIET = 0.2;
const FEE_USD = 0.125;

/** The publishers of the platform: P3.3, the price feed, P2.9, the executors. */
export interface Market extends Activity {
  written: Written;
  symbols: readonly string[];
}

/** Writes the inputs of all symbols ten times a second, and orders in between, each written twice. */
export function startMarket(redis: Redis, random: Random): Market {
  const qty = new Map(SYMBOLS.map((symbol) => [symbol, random.below(5) - 2]));
  const prices = new Map(SYMBOLS.map((symbol) => [symbol, [100]]));
  const fees = new Map<string, number>();
  const unsure = new Set<number>();
  let orders = 0;

  const inputs = (nowMs: number): string[][] =>
    SYMBOLS.flatMap((symbol) => {
      const all = prices.get(symbol) ?? [];
      const price = Math.round(1e4 * (all.at(-1) ?? 0) * (1 + random.between(-1e-3, 1e-3))) / 1e4;
      all.push(price);
      const nowSec = String(nowMs / 1000);
      const [position, usd] = [String(qty.get(symbol)), String(price)];
      return [
        ['hset', positionKey(symbol), 'position_amt', position, 'mark_price', usd, 'ts_epoch', nowSec],
        ['hset', tickerKey(symbol), 'symbol', symbol, 'markPrice', usd, 'price', usd, 'timestamp', String(nowMs)],
        ['hset', targetKey(symbol), 'target_usd', '1000', 'timestamp', nowSec],
      ];
    });

  /** An order of each of some symbols, as two streams tell of it; one of them twice. */
  async function trade(nowMs: number): Promise<void> {
    const share = (nowMs / 1000 / PERIOD_SEC) % 1;
    const traded = SYMBOLS.filter(() => random.chance(0.05));
    if (share < QUIET || share > 1 - QUIET || traded.length === 0) return;
    const commands = traded.flatMap((symbol) => {
      orders += 1;
      const [order, time] = [`order-${orders}`, String(nowMs / 1000)];
      const reward = ['xadd', STREAMS.rlRewards, '*', 'symbol', symbol, 'pnl', '1', 'commission', String(FEE_USD), 'order_id', order, 'timestamp', time];
      const payload = JSON.stringify({ symbol, status: 'filled', side: 'BUY', quantity: 0, order_id: order, fee_usd: FEE_USD });
      return [reward, ['xadd', STREAMS.executionResult, '*', 'payload', payload], reward];
    }); // prettier-ignore
    const around = Math.floor(nowMs / 1000 / PERIOD_SEC);
    try {
      const replies = (await redis.multi(commands).exec()) ?? [];
      traded.forEach((symbol, i) => {
        const sec = Number.parseInt(String(replies[3 * i]?.[1])) / 1000 / PERIOD_SEC;
        const period = Math.floor(sec);
        if (sec - period < UNSURE || sec - period > 1 - UNSURE) {
          unsure.add(period - 1).add(period).add(period + 1); // prettier-ignore
        }
        fees.set(`${symbol} ${period}`, (fees.get(`${symbol} ${period}`) ?? 0) + FEE_USD);
      });
    } catch {
      // Whether Redis has taken them is not known, nor when it would.
      for (let period = around - 1; period * PERIOD_SEC <= Date.now() / 1000 + 1; period += 1) unsure.add(period);
    }
  }

  const activity = repeat(async () => {
    const nowMs = Date.now();
    await redis.pipeline(inputs(nowMs)).exec();
    await trade(nowMs);
  }, EVERY_MS);
  return {
    stop: activity.stop,
    symbols: SYMBOLS,
    written: {
      isPosition: (symbol, value) => qty.get(symbol) === value,
      isPrice: (symbol, usd) => prices.get(symbol)?.includes(usd) ?? false,
      feesOf: (symbol, period) => (unsure.has(period) ? undefined : (fees.get(`${symbol} ${period}`) ?? 0)),
    },
  };
}

import { attributionKey, EXECUTION_STREAMS, positionKey, targetKey, tickerKey } from '@quantum/redis-schemas';
import { sendAll } from '../harness/market.js';
import type { RawClient } from '../harness/raw-client.js';
import { encode } from '../harness/resp.js';

/** How far the times of inputs lie ahead, seconds: nothing becomes stale while the bench runs. */
export const AHEAD_SEC = 43_200;

/** The brain's inputs of a symbol: position, ticker, target and attribution, as their publishers write them. */
export async function putScoreInputs(raw: RawClient, symbols: readonly string[]): Promise<void> {
  const atSec = Math.floor(Date.now() / 1000) + AHEAD_SEC;
  await sendAll(raw, 4 * symbols.length, (i) => {
    const [symbol, price] = [symbols[i >> 2] ?? '', 1000 + (i % 977) / 7];
    const commands = [
      () => encode('HSET', positionKey(symbol), 'position_amt', (i % 101) / 7 - 7, 'mark_price', price, 'ts_epoch', atSec),
      () => encode('HSET', tickerKey(symbol), 'symbol', symbol, 'price', price, 'markPrice', price, 'timestamp', 1000 * atSec),
      () => encode('HSET', targetKey(symbol), 'target_usd', price, 'confidence', '0.9', 'timestamp', atSec, 'mode', 'shadow'),
      () => encode('HSET', attributionKey(symbol), 'performance_factor', '0.25', 'ts_utc', atSec),
    ];
    return commands[i % 4]?.() ?? '';
  });
} // prettier-ignore

export const EVENT_STREAMS = Object.values(EXECUTION_STREAMS).map(({ stream }) => stream);

/** An event of each execution stream, as the platform's publishers write it. */
const eventOf = (i: number, symbol: string): string[] => {
  const [nowSec, order, price] = [Date.now() / 1000, `order-${i}`, 50_000 + (i % 977) / 7];
  const nested = (type: string, payload: object): string[] => ['event_type', type, 'payload', JSON.stringify({ symbol, timestamp: new Date(1000 * nowSec).toISOString(), order_id: order, ...payload }), 'source', 'bench'];
  const shapes: Readonly<Record<keyof typeof EXECUTION_STREAMS, () => string[]>> = {
    rl_rewards: () => ['symbol', symbol, 'pnl', '1.25', 'pnl_net', '1.05', 'commission', '0.2', 'order_id', order, 'timestamp', String(nowSec)],
    exitbrain_pnl: () => ['symbol', symbol, 'pnl', '1.05', 'side', 'LONG', 'timestamp', String(nowSec)],
    trade_closed: () => nested('trade.closed', { side: 'LONG', pnl_usd: '0.0', exit_price: price, reason: 'take_profit' }),
    execution_result: () => nested('execution.result', { status: 'filled', side: 'BUY', quantity: 0.01, price, fee_usd: 0.2, leverage: 3 }),
    apply_result: () => ['plan_id', `plan-${i}`, 'symbol', symbol, 'executed', 'true', 'timestamp', String(nowSec), 'details', JSON.stringify({ side: 'BUY', filled_qty: 0.01, order_id: order, steps_results: [{ step: 1, ok: true }] })],
  };
  return Object.values(shapes)[i % EVENT_STREAMS.length]?.() ?? [];
}; // prettier-ignore

/** Adds events, in turn to each stream. Of those before, each stream keeps its last, behind which readers go on. */
export async function putEvents(raw: RawClient, count: number, symbols: readonly string[]): Promise<void> {
  await raw.send(EVENT_STREAMS.map((stream) => encode('XTRIM', stream, 'MAXLEN', 1)));
  await sendAll(raw, count, (i) => {
    const stream = EVENT_STREAMS[i % EVENT_STREAMS.length] ?? '';
    return encode('XADD', stream, '*', ...eventOf(i, symbols[i % symbols.length] ?? ''));
  });
}

import { appendFileSync, writeFileSync } from 'node:fs';
import { runBatch, type Redis } from '@quantum/redis-io';
import { positionKey } from '@quantum/redis-schemas';
import { createTicker, type Ticker } from '@quantum/service-kit';

const POLL_MS = 250;

/**
 * Records the mark prices that P3.3 writes, as a table of `ts_epoch` and a price per symbol. Each change adds a row.
 * The times are those of the run, whatever day the prices are of. The feed marks all symbols at once.
 */
export function recordMarks(redis: Redis, symbols: readonly string[], path: string): Ticker {
  writeFileSync(path, `ts_epoch,${symbols.join(',')}\n`);
  let last = '';
  return createTicker({
    intervalMs: POLL_MS,
    onError: () => undefined, // Redis is not up yet, or already down
    async run() {
      const replies = await runBatch(
        redis,
        symbols.map((symbol) => ['hmget', positionKey(symbol), 'ts_epoch', 'mark_price']),
      );
      const marks = replies.map((reply) => (reply.ok ? (reply.value as (string | null)[]) : []));
      const times = new Set(marks.map(([time]) => time ?? ''));
      const [time = ''] = times;
      if (times.size !== 1 || time === '' || time === last) return;
      last = time;
      appendFileSync(path, `${time},${marks.map(([, price]) => price ?? '').join(',')}\n`);
    },
  });
}

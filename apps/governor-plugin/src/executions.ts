import { runBatch, type Command, type Redis } from '@quantum/redis-io';
import { windowKey } from '@quantum/redis-schemas';
import type { Observer } from './observer.js';

/**
 * Brings the execution gauges up to date, also for symbols that no plan has named since: executions age out of their
 * windows by time alone.
 */
export async function refreshExecutions(redis: Redis, observer: Observer, nowSec: number): Promise<void> {
  const { symbols } = observer;
  const replies = await runBatch(
    redis,
    symbols.flatMap((symbol): Command[] =>
      [3600, 300].map((spanSec) => ['zcount', windowKey(symbol), `(${nowSec - spanSec}`, String(nowSec)]),
    ),
  );
  symbols.forEach((symbol, i) => {
    const [hour, burst] = replies.slice(2 * i, 2 * i + 2);
    if (hour?.ok && burst?.ok) observer.executions(symbol, hour.value as number, burst.value as number, nowSec);
  });
}

import { runBatch, type Command, type Redis } from '@quantum/redis-io';
import { windowKey } from '@quantum/redis-schemas';
import { BURST_WINDOW_SEC, HOUR_WINDOW_SEC } from '@quantum/risk-gates';
import type { GovernorTelemetry } from './telemetry.js';

/** Symbols asked for at a time: 0.5 ms of this process. A plan that comes meanwhile waits for no more than that. */
const PAGE_SYMBOLS = 20;

/**
 * Brings the execution gauges up to date, also for symbols that no plan has named since: executions age out of their
 * windows by time alone. Only symbols with exported series are asked for, a page at a time, and only while no plan
 * waits: before each page `idle` resolves when nothing is in flight. What is ahead of the clock counts.
 */
export async function refreshExecutions(
  redis: Redis,
  telemetry: GovernorTelemetry,
  nowSec: number,
  idle: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  telemetry.forgetUnshown(nowSec);
  const symbols = telemetry.shownSymbols;
  for (let from = 0; from < symbols.length; from += PAGE_SYMBOLS) {
    await idle();
    await refreshPage(redis, telemetry, nowSec, symbols.slice(from, from + PAGE_SYMBOLS));
  }
}

async function refreshPage(
  redis: Redis,
  telemetry: GovernorTelemetry,
  nowSec: number,
  symbols: string[],
): Promise<void> {
  const replies = await runBatch(
    redis,
    symbols.flatMap((symbol): Command[] =>
      [HOUR_WINDOW_SEC, BURST_WINDOW_SEC].map((spanSec) => [
        'zcount',
        windowKey(symbol),
        `(${nowSec - spanSec}`,
        '+inf',
      ]),
    ),
  );
  symbols.forEach((symbol, i) => {
    const [hour, burst] = replies.slice(2 * i, 2 * i + 2);
    if (hour?.ok && burst?.ok) telemetry.executions(symbol, hour.value as number, burst.value as number, nowSec);
  });
}

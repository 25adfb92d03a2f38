import { systemClock } from '@quantum/clock';
import { runScripts, type Redis, type Reply } from '@quantum/redis-io';
import type { Read } from '@quantum/redis-schemas';
import type { gateRead } from './gate-reads.js';
import { READ_VIOLATIONS, type ViolationTail } from './violations.js';

/**
 * The symbol's latest violation. While the tail is behind, a violation that it knows counts, and its absence is
 * unknown.
 */
export function violationOf(
  symbol: string,
  violations: ViolationTail,
  tail: Reply | undefined,
  read: typeof gateRead,
): Read<number | undefined> {
  const latest = read(tail, () => violations.latestSec(symbol));
  return latest.readable && latest.value === undefined && violations.isFull(tail) ? { readable: false } : latest;
}

/**
 * Brings the tail up to date, with as many pages as that takes: a violation behind thousands counts too. Gives up after
 * `withinMs`, and the next state read goes on from there. Answers the last page.
 */
export async function followViolations(
  redis: Redis,
  violations: ViolationTail,
  firstPage: Reply | undefined,
  withinMs: number,
  nowSec: number,
): Promise<Reply | undefined> {
  const endMs = systemClock.steadyMs() + withinMs;
  let page = firstPage;
  while (violations.isFull(page) && systemClock.steadyMs() < endMs) {
    [page] = await runScripts(redis, [READ_VIOLATIONS], [violations.command(nowSec)]);
    violations.take(page);
  }
  return page;
}

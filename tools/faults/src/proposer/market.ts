import { efficiencyKey, targetKey } from '@quantum/redis-schemas';
import type { Random } from '@quantum/testbed';
import type { Redis } from 'ioredis';

/** The inputs of one symbol from P2.9 and P3.1. They do not change: every proposal can be predicted. */
export interface Quote {
  symbol: string;
  targetUsd: string;
  /** Fields of the efficiency hash; undefined: there is no hash. */
  efficiency: { efficiency_score: string; confidence: string; ts: string } | undefined;
}

/** Draws quotes: most are usable, some are absent, old, of low confidence, or invalid. */
export function drawQuotes(random: Random, count: number, nowSec: number): Quote[] {
  return Array.from({ length: count }, (_, i) => {
    const efficiency = {
      efficiency_score: random.chance(0.05) ? 'NaN' : random.next().toFixed(4),
      confidence: random.chance(0.1) ? '0.5' : random.between(0.7, 1).toFixed(3),
      ts: String(Math.floor(nowSec) - (random.chance(0.1) ? 3000 : 5)),
    };
    const targetUsd = random.between(10, 20_000).toFixed(2);
    return { symbol: `SYM${i}`, targetUsd, efficiency: random.chance(0.1) ? undefined : efficiency };
  });
}

/**
 * Writes quotes as P2.9 and P3.1 do, with TTLs that outlive a run: scores first, so that a cycle that meets a target
 * meets its score too. @throws if Redis does not accept them all.
 */
export async function writeQuotes(redis: Redis, quotes: readonly Quote[]): Promise<void> {
  const hash = (key: string, fields: readonly string[]): string[][] => [
    ['hset', key, ...fields],
    ['expire', key, '3600'],
  ];
  const scores = quotes.flatMap(({ symbol, efficiency }) =>
    efficiency ? hash(efficiencyKey(symbol), Object.entries(efficiency).flat()) : [],
  );
  const targets = quotes.flatMap(({ symbol, targetUsd }) =>
    hash(targetKey(symbol), ['target_usd', targetUsd, 'confidence', '0.9', 'timestamp', '1', 'mode', 'shadow']),
  );
  for (const [error] of (await redis.pipeline([...scores, ...targets]).exec()) ?? []) {
    if (error) throw error;
  }
}

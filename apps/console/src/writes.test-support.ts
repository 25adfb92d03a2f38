import type { Redis } from '@quantum/redis-io';
import { asComputed, proposalStreamEntry, STREAMS } from '@quantum/redis-schemas';

/** A proposal as the proposer writes it. */
const proposal = (symbol: string, score: number): string[] =>
  proposalStreamEntry({
    tsEpochSec: Math.floor(Date.now() / 1000), symbol, baseTargetUsd: 1000, proposedTargetUsd: 1000 * (0.5 + score), multiplier: 0.5 + score,
    effScore: score, effConfidence: 0.8, effTsText: '1', effStale: false, baseTsText: '1', reason: 'ok', ...asComputed(0.5 + score, '0123456789ab'),
  }); // prettier-ignore

/** Publishes proposals. */
export async function propose(redis: Redis, ...rows: readonly (readonly [symbol: string, score: number])[]): Promise<void> {
  const batch = redis.pipeline();
  for (const [symbol, score] of rows) batch.xadd(STREAMS.proposed, '*', ...proposal(symbol, score));
  await batch.exec();
} // prettier-ignore

/** Publishes a plan that asks for a permit. */
export const plan = (redis: Redis, planId: string): Promise<string | null> =>
  redis.xadd(STREAMS.plans, '*', 'plan_id', planId, 'symbol', 'AAA', 'decision', 'EXECUTE', 'action', 'OPEN');

import type { Redis } from '@quantum/redis-io';
import {
  efficiencyKey,
  POLICY_PARAMETERS_KEY,
  positionKey,
  proposedKey,
  targetKey,
  tickerKey,
} from '@quantum/redis-schemas';

/** What others publish of a symbol. */
export interface TestSymbol {
  /** P2.9's target, USD. */
  baseUsd: number;
  /** P3.1's score, 0..1. */
  score: number;
  priceUsd: number;
  /** Position, units of the asset; its sign is the side. */
  amount: number;
  /** The proposal, where no proposer runs: its multiplier, and the hash of its policy. */
  proposal?: { multiplier: number; policy: string };
}
export type TestMarket = ReadonlyMap<string, TestSymbol>;

/** The fields of a target that `writeMarket` writes. Others are of somebody else. */
export const TARGET_FIELDS_OF_MARKET: ReadonlySet<string> = new Set(['target_usd', 'timestamp', 'mode']);

const CONFIDENCE = 0.9;

/**
 * Writes the keys of all symbols as their publishers do, at a time, unix seconds. P2.9 is in enforce mode. All policies
 * but `unknownPolicy` are published.
 */
export async function writeMarket(
  redis: Redis,
  nowSec: number,
  market: TestMarket,
  { unknownPolicy }: { unknownPolicy?: string } = {},
): Promise<void> {
  const batch = redis.multi();
  const at = nowSec.toFixed(3);
  for (const [symbol, { baseUsd, score, priceUsd, amount, proposal }] of market) {
    batch.hset(targetKey(symbol), { target_usd: String(baseUsd), timestamp: at, mode: 'enforce' });
    batch.hset(efficiencyKey(symbol), { efficiency_score: String(score), confidence: String(CONFIDENCE), ts: at });
    batch.hset(positionKey(symbol), { position_amt: String(amount), mark_price: String(priceUsd), ts_epoch: at });
    batch.hset(tickerKey(symbol), { markPrice: String(priceUsd), timestamp: String(Math.round(nowSec * 1000)) });
    if (!proposal) continue;
    const { multiplier, policy } = proposal;
    batch.hset(proposedKey(symbol), { ts_epoch: at, multiplier: multiplier.toFixed(4), reason: 'ok', policy });
    if (policy !== unknownPolicy) batch.hset(POLICY_PARAMETERS_KEY, policy, '{}');
  }
  for (const [error] of (await batch.exec()) ?? []) if (error) throw error;
}

import type { Redis } from '@quantum/redis-io';
import { targetKey } from '@quantum/redis-schemas';

export interface TargetSnapshot {
  /** Redis' own serialization (DUMP): two of them are equal if and only if the keys are, byte for byte. */
  dump: string;
  /** For people. */
  fields: string;
  /** TTL, ms; -1 for none. */
  ttlMs: number;
}

/** A symbol's live target before and after the services processed it. */
export interface TargetEvidence {
  symbol: string;
  before: TargetSnapshot;
  after: TargetSnapshot;
}

export async function snapshotTargets(redis: Redis, symbols: readonly string[]): Promise<TargetSnapshot[]> {
  return Promise.all(
    symbols.map(async (symbol) => {
      const key = targetKey(symbol);
      const [dump, fields, ttlMs] = await Promise.all([
        redis.dumpBuffer(key),
        redis.hgetall(key).catch((error: unknown) => ({ error: (error as Error).message })),
        redis.pttl(key),
      ]);
      return { dump: (dump as Buffer | null)?.toString('hex') ?? '', fields: JSON.stringify(fields), ttlMs };
    }),
  );
}

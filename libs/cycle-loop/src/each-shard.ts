import { ShardRefusedError, type Lease } from '@quantum/redis-io';
import { shardOfSymbol } from '@quantum/redis-schemas';

/**
 * Runs each held shard with its symbols, one after the other. A shard that Redis refuses leaves the others alone.
 * @param onRefused called at once for each refused shard
 * @returns the first refusal, for the caller to throw when its cycle is over. @throws any other error at once
 */
export async function forEachShard(
  held: readonly Lease[],
  symbols: readonly string[],
  run: (lease: Lease, own: readonly string[]) => Promise<void>,
  onRefused: (refused: ShardRefusedError) => void,
): Promise<ShardRefusedError | undefined> {
  let first: ShardRefusedError | undefined;
  for (const [lease, own] of groupByShard(symbols, held)) {
    try {
      await run(lease, own);
    } catch (error) {
      if (!(error instanceof ShardRefusedError)) throw error;
      first ??= error;
      onRefused(error);
    }
  }
  return first;
}

function groupByShard(symbols: readonly string[], held: readonly Lease[]): Map<Lease, string[]> {
  const groups = new Map(held.map((lease): [Lease, string[]] => [lease, []]));
  const byShard = new Map(held.map((lease) => [lease.shard, groups.get(lease)]));
  const shards = held[0]?.shards ?? 1;
  for (const symbol of symbols) byShard.get(shards === 1 ? 0 : shardOfSymbol(symbol, shards))?.push(symbol);
  return groups;
}

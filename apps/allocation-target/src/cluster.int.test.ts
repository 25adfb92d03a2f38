import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EFFICIENCY_REASONS } from '@quantum/efficiency-policy';
import { SKIP_REASONS } from '@quantum/metrics';
import { startPrivateCluster, type PrivateCluster } from '@quantum/private-redis';
import {
  connectRedis,
  mastersOf,
  ShardRefusedError,
  untilReady,
  type Lease,
  type Leases,
  type Redis,
} from '@quantum/redis-io';
import {
  LAST_CYCLE_KEY,
  leaseKey,
  proposedKey,
  shardCycleKey,
  STREAMS,
  targetKey,
  type CycleSummary,
} from '@quantum/redis-schemas';
import { aProposal } from '@quantum/testing';
import { leasesOf } from './leases.js';
import { publishLastCycle, publishProposals } from './publish.js';
import { readSymbols } from './read.js';

const OPTIONS = { streamName: STREAMS.proposed, streamMaxlen: 10_000, keyTtlSec: 600 };
const TS_EPOCH = 1_700_000_000;

let cluster: PrivateCluster;
let redis: Redis;
beforeAll(async () => {
  cluster = await startPrivateCluster();
  redis = connectRedis({ url: cluster.url, host: '', port: 0, db: 0 }, 'test-proposer');
  await untilReady(redis);
});
afterEach(async () => {
  await Promise.all(mastersOf(redis).map((master) => master.flushall()));
});
afterAll(async () => {
  redis.disconnect();
  await cluster.stop();
});

const PROPOSALS = ['A', 'B', 'C', 'D', 'E', 'F'].map((symbol) => aProposal({ symbol }));
const zeros = <K extends string>(keys: readonly K[]) =>
  Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
const summary: CycleSummary = {
  tsEpochSec: TS_EPOCH,
  symbols: 6,
  proposed: { ...zeros(EFFICIENCY_REASONS), missing_eff: 6 },
  skipped: zeros(SKIP_REASONS),
  durationSec: 0.5,
};

function leasesBy(process: string, shards = 1): Leases {
  return leasesOf(redis, { streamName: OPTIONS.streamName, shards, leaseMs: 5000, process });
}
async function leaseOf(process: string): Promise<Lease> {
  const { held } = await leasesBy(process).claim();
  return held[0] as Lease;
}

describe('in a Cluster', () => {
  it('publishes to the slots of the stream, of each symbol and of the summary', async () => {
    const lease = await leaseOf('one');
    expect(await publishProposals(redis, lease, TS_EPOCH, { proposals: PROPOSALS, withdrawn: [] }, OPTIONS)).toEqual(
      [],
    );
    expect(await publishLastCycle(redis, lease, summary, OPTIONS)).toEqual([]);
    expect(await redis.xlen(STREAMS.proposed)).toBe(6);
    for (const { symbol } of PROPOSALS) {
      expect(await redis.hget(proposedKey(symbol), 'proposed_target')).toBe('1000.00');
      expect(await redis.ttl(proposedKey(symbol))).toBeGreaterThan(0);
    }
    expect(await redis.hget(LAST_CYCLE_KEY, 'proposed')).toBe('6');
  });

  it('takes back the shadow hashes of symbols in any slot', async () => {
    const lease = await leaseOf('one');
    const symbols = PROPOSALS.map(({ symbol }) => symbol);
    await publishProposals(redis, lease, TS_EPOCH, { proposals: PROPOSALS, withdrawn: [] }, OPTIONS);
    const publication = { proposals: [], withdrawn: symbols };
    expect(await publishProposals(redis, lease, TS_EPOCH, publication, OPTIONS)).toEqual([]);
    for (const symbol of symbols) expect(await redis.exists(proposedKey(symbol))).toBe(0);
  });

  it('refuses everything, hashes and summary too, to one whose lease has moved', async () => {
    const old = await leaseOf('one');
    await redis.del(leaseKey(STREAMS.proposed, 0));
    await leaseOf('two');
    await expect(
      publishProposals(redis, old, TS_EPOCH, { proposals: PROPOSALS, withdrawn: [] }, OPTIONS),
    ).rejects.toThrow(ShardRefusedError);
    await expect(publishLastCycle(redis, old, summary, OPTIONS)).rejects.toThrow(ShardRefusedError);
    expect(await redis.exists(STREAMS.proposed)).toBe(0);
    expect(await redis.exists(LAST_CYCLE_KEY)).toBe(0);
    for (const { symbol } of PROPOSALS) expect(await redis.exists(proposedKey(symbol))).toBe(0);
  });

  it('lets a shadow key of the wrong type harm no other', async () => {
    await redis.set(proposedKey('C'), 'a string');
    const refused = await publishProposals(
      redis,
      await leaseOf('one'),
      TS_EPOCH,
      { proposals: PROPOSALS, withdrawn: [] },
      OPTIONS,
    );
    expect(refused).toEqual([{ key: proposedKey('C'), message: expect.stringContaining('WRONGTYPE') as unknown }]);
    expect(await redis.xlen(STREAMS.proposed)).toBe(6);
    expect(await redis.hget(proposedKey('D'), 'symbol')).toBe('D');
  });

  it('reads back what smoothing goes on from, of all slots', async () => {
    const smoothed = PROPOSALS.map((each, i) => ({ ...each, smoothedMultiplier: 1 + i / 8 }));
    await publishProposals(redis, await leaseOf('one'), TS_EPOCH, { proposals: smoothed, withdrawn: [] }, OPTIONS);
    await redis.hset(targetKey('C'), { target_usd: '100', timestamp: '7' });
    await redis.del(proposedKey('B'));
    await redis.set(proposedKey('B'), 'a string');
    const readings = await readSymbols(redis, [...PROPOSALS.map(({ symbol }) => symbol), 'NEW'], true);
    const states = smoothed.map(({ symbol, smoothedMultiplier }) =>
      symbol === 'B' ? undefined : { multiplier: smoothedMultiplier, tsSec: TS_EPOCH },
    );
    expect(readings.map(({ smoothing }) => smoothing)).toEqual([...states, undefined]);
    expect(readings.map(({ target }) => target.state)).toEqual([
      'gone',
      'gone',
      'read',
      'gone',
      'gone',
      'gone',
      'gone',
    ]);
    expect((await readSymbols(redis, ['A'], false))[0]?.smoothing).toBeUndefined();
  });

  it('sums up several shards once each has had a whole cycle', async () => {
    const { held } = await leasesBy('one', 2).claim();
    const [first, second] = held as [Lease, Lease];
    await publishLastCycle(redis, first, summary, OPTIONS);
    expect(await redis.exists(LAST_CYCLE_KEY)).toBe(0);
    await publishLastCycle(redis, second, { ...summary, tsEpochSec: TS_EPOCH + 3, durationSec: 0.25 }, OPTIONS);
    expect(await redis.hgetall(LAST_CYCLE_KEY)).toMatchObject({
      shards: '2',
      ts_epoch: String(TS_EPOCH),
      symbols: '12',
      missing_eff: '12',
      duration_sec: '0.500',
    });
    expect(await redis.hget(shardCycleKey(1), 'ts_epoch')).toBe(String(TS_EPOCH + 3));
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EFFICIENCY_REASONS } from '@quantum/efficiency-policy';
import { confidence, magnitude, score, uniform, usd } from '@quantum/generators';
import { connectRedis, untilReady, type Lease, type Redis } from '@quantum/redis-io';
import { proposalHash, proposalStreamEntry, proposedKey, STREAMS, type ProposalRecord } from '@quantum/redis-schemas';
import { aProposal, boundedRuns, expectTtl, serverTimeMs, useRedis } from '@quantum/testing';
import fc from 'fast-check';
import { leasesOf } from './leases.js';
import { publishProposals } from './publish.js';

const file = useRedis();
const OPTIONS = { streamName: STREAMS.proposed, streamMaxlen: 10_000, keyTtlSec: 600 };
const TS_EPOCH = 1_700_000_000;
let redis: Redis;
beforeEach(async () => {
  redis = connectRedis({ url: `unix://${file.server.socketPath}`, host: '', port: 0, db: 0 }, 'test');
  await untilReady(redis);
});
afterEach(() => {
  redis.disconnect();
});

/** A hash with a value of more than 64 bytes, such as a long symbol, keeps no order of its fields. */
const byField = (flat: readonly Buffer[]): Map<string, Buffer | undefined> =>
  new Map(flat.flatMap((name, i) => (i % 2 === 0 ? [[name.toString(), flat[i + 1]]] : [])));

const leaseOf = async (): Promise<Lease> => {
  const leases = leasesOf(redis, { streamName: STREAMS.proposed, shards: 1, leaseMs: 30_000, process: 'one' });
  return (await leases.claim()).held[0] as Lease;
};

describe('publishing by the script', () => {
  it('leaves the bytes that the schemas write, for every proposal and symbol', async () => {
    const lease = await leaseOf();
    const amount = fc.oneof(usd(), magnitude, fc.constantFrom(250.125, 1e21, 5e-7));
    const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const anySymbol = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
      fc.constantFrom('A\0B', '"', '\\u0041', '\u2028', 'B:C\r\n', '{x}'),
    );
    const proposal: fc.Arbitrary<ProposalRecord> = fc.record({
      tsEpochSec: fc.constant(TS_EPOCH),
      symbol: anySymbol,
      baseTargetUsd: amount,
      proposedTargetUsd: amount,
      multiplier: uniform(0, 10),
      effScore: maybe(score),
      effConfidence: maybe(confidence),
      effTsText: fc.constantFrom('', '1700000000.5', ' 1.7e9\t'),
      effStale: fc.boolean(),
      baseTsText: fc.constantFrom('', '1700000000'),
      reason: fc.constantFrom(...EFFICIENCY_REASONS),
      rawMultiplier: uniform(0, 10),
      smoothedMultiplier: amount,
      smoothingFrom: maybe(amount),
      smoothingFromTsSec: maybe(fc.nat()),
      policy: fc.constantFrom('', '0123456789ab'),
      budgetScale: amount,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(proposal, { selector: ({ symbol }) => symbol, maxLength: 5 }),
        async (proposals) => {
          await file.redis().del(STREAMS.proposed);
          const sinceMs = await serverTimeMs(file.redis());
          expect(await publishProposals(redis, lease, TS_EPOCH, { proposals, withdrawn: [] }, OPTIONS)).toEqual([]);
          const entries = await file.redis().xrangeBuffer(STREAMS.proposed, '-', '+');
          const asBytes = (texts: readonly string[]) => texts.map((text) => Buffer.from(text));
          expect(entries.map(([, fields]) => fields)).toEqual(
            proposals.map((each) => asBytes(proposalStreamEntry(each))),
          );
          for (const each of proposals) {
            const hash = (await file.redis().callBuffer('HGETALL', proposedKey(each.symbol))) as Buffer[];
            expect(byField(hash)).toEqual(byField(asBytes(proposalHash(each))));
            await expectTtl(file.redis(), proposedKey(each.symbol), OPTIONS.keyTtlSec, sinceMs);
          }
        },
      ),
      boundedRuns(150),
    );
  });

  const proposals = ['A', 'B', 'C'].map((symbol) => aProposal({ symbol }));

  it('reports a key that it may not write at its own symbol', async () => {
    const allowed = ['A', 'C'].map((symbol) => `~${proposedKey(symbol)}`);
    await file.redis().acl('SETUSER', 'narrow', 'on', 'nopass', '+@all', '~quantum:allocation:proposed:*', `~${STREAMS.proposed}`, ...allowed); // prettier-ignore
    const lease = await leaseOf();
    await redis.auth('narrow', 'any');
    const refused = await publishProposals(redis, lease, TS_EPOCH, { proposals, withdrawn: [] }, OPTIONS);
    expect(refused).toEqual([{ key: proposedKey('B'), message: expect.stringContaining('NOPERM') as unknown }]);
    expect(await file.redis().xlen(STREAMS.proposed)).toBe(3);
    expect(await file.redis().exists(...['A', 'B', 'C'].map(proposedKey))).toBe(2);
  });

  it('deletes the shadow hashes of symbols without a proposal, and reports what it may not delete at its symbol', async () => {
    for (const symbol of ['X', 'Y', 'STAYS']) await file.redis().hset(proposedKey(symbol), 'symbol', symbol);
    const lease = await leaseOf();
    const publication = { proposals, withdrawn: ['X', 'ABSENT'] };
    expect(await publishProposals(redis, lease, TS_EPOCH, publication, OPTIONS)).toEqual([]);
    expect(await file.redis().exists(...['A', 'B', 'C', 'STAYS', 'Y'].map(proposedKey))).toBe(5);
    expect(await file.redis().exists(proposedKey('X'))).toBe(0);

    const allowed = ['A', 'B', 'C', 'Y'].map((symbol) => `~${proposedKey(symbol)}`);
    await file.redis().acl('SETUSER', 'narrow', 'on', 'nopass', '+@all', '~quantum:allocation:proposed:*', `~${STREAMS.proposed}`, ...allowed); // prettier-ignore
    await redis.auth('narrow', 'any');
    const refused = await publishProposals(redis, lease, TS_EPOCH, { proposals, withdrawn: ['STAYS', 'Y'] }, OPTIONS);
    expect(refused).toEqual([{ key: proposedKey('STAYS'), message: expect.stringContaining('NOPERM') as unknown }]);
    expect(await file.redis().exists(proposedKey('Y'))).toBe(0);
  });

  it('reports what is refused at its own symbol', async () => {
    const lease = await leaseOf();
    await file.redis().set(proposedKey('B'), 'squatter');
    const refused = await publishProposals(redis, lease, TS_EPOCH, { proposals, withdrawn: [] }, OPTIONS);
    expect(refused).toEqual([{ key: proposedKey('B'), message: expect.stringContaining('WRONGTYPE') as unknown }]);
    expect(await file.redis().xlen(STREAMS.proposed)).toBe(3);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runBatch, type Redis } from '@quantum/redis-io';
import { openRedis } from '@quantum/service-kit';
import {
  asComputed,
  positionKey,
  PROPOSAL_FIRST_STREAM_FIELDS,
  proposalStreamEntry,
  STREAMS,
} from '@quantum/redis-schemas';
import { parseLine } from '@quantum/shadow-evidence';
import { putPosition, useRedis } from '@quantum/testing';
import { poll } from './poll.js';
import { RecordingState } from './state.js';

const file = useRedis({ tcp: true });
const { redis } = file;
let connection: Redis;
beforeAll(async () => {
  connection = await openRedis(file.server.url, {}, 'test');
});
afterAll(() => {
  connection.disconnect();
});

const now = Math.floor(Date.now() / 1000);
const addProposal = (symbol: string, ageSec = 0) =>
  redis().xadd(
    STREAMS.proposed,
    `${(now - ageSec) * 1000}-*`,
    ...proposalStreamEntry({
      tsEpochSec: now - ageSec, symbol, baseTargetUsd: 1000, proposedTargetUsd: 1000, multiplier: 1, effScore: 0.5, effConfidence: 1,
      effTsText: String(now), effStale: false, baseTsText: '', reason: 'ok', ...asComputed(1, ''),
    }).slice(0, 2 * PROPOSAL_FIRST_STREAM_FIELDS.length), // names no policy that would be asked for
  ); // prettier-ignore

/** The side of each proposal as a reader of the recording gets it: undefined where none was kept. */
async function sides(): Promise<unknown[]> {
  const streams = { proposals: STREAMS.proposed, plans: STREAMS.plans };
  const { lines } = await poll(connection, streams, new RecordingState(), now * 1000, 86_400);
  return lines.map((line) => {
    const read = parseLine(JSON.stringify(line));
    if (read?.kind !== 'proposal') throw new Error(line.kind);
    return [read.fields[3], read.side];
  });
}

describe('a proposal', () => {
  it("is recorded with the sign of its symbol's position, as far as P3.3 says it", async () => {
    const positions: Record<string, object> = {
      LONG: { positionAmt: '0.001' },
      SHORT: { positionAmt: '-2.5e3' },
      FLAT: { positionAmt: '0' },
      STALE: { positionAmt: 1, tsEpoch: now - 301 },
      MILLIS: { positionAmt: 1, tsEpoch: now * 1000 },
      WORD: { positionAmt: 'nan' },
      NONE: { positionAmt: null },
      TIMELESS: { positionAmt: 1, tsEpoch: null },
    };
    for (const [symbol, position] of Object.entries(positions)) await putPosition(redis(), symbol, { now, ...position });
    await redis().set(positionKey('WRONG'), 'no hash');
    for (const symbol of ['OLD', 'LONG', 'SHORT', 'FLAT', 'STALE', 'MILLIS', 'WORD', 'NONE', 'TIMELESS', 'WRONG', 'GONE', 'LONG']) {
      await addProposal(symbol, symbol === 'OLD' ? 61 : 0);
    }
    await putPosition(redis(), 'OLD', { now, positionAmt: -1 });
    const unknown = ['STALE', 'MILLIS', 'WORD', 'NONE', 'TIMELESS', 'WRONG'].map((symbol) => [symbol, undefined]);
    expect(await sides()).toEqual([
      ['OLD', undefined], ['LONG', 1], ['SHORT', -1], ['FLAT', 0], ...unknown, ['GONE', 0], ['LONG', 1],
    ]);
  }); // prettier-ignore

  it('has no side where no position is fresh: P3.3 may be away', async () => {
    await addProposal('GONE');
    await addProposal('STALE');
    await putPosition(redis(), 'STALE', { now, positionAmt: 1, tsEpoch: now - 1000 });
    expect(await sides()).toEqual([['GONE', undefined], ['STALE', undefined]]); // prettier-ignore
  });

  it('costs one question a symbol and page, none where it is old', async () => {
    for (const symbol of ['OLD', 'A', 'B', 'A', 'B']) await addProposal(symbol, symbol === 'OLD' ? 3600 : 0);
    await runBatch(connection, [['config', 'RESETSTAT']]);
    await sides();
    expect(await redis().info('commandstats')).toContain('cmdstat_hmget:calls=2,');
  });
});

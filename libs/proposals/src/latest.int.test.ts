import { describe, expect, it } from '@jest/globals';
import { BatchError, connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import { proposalHash, proposedKey, type ProposalRecord } from '@quantum/redis-schemas';
import { aProposal, useRedis } from '@quantum/testing';
import { readProposal, readProposals } from './index.js';

const file = useRedis();
const { redis } = file;

const recordOf = (symbol: string) =>
  aProposal({ symbol, proposedTargetUsd: 1400, multiplier: 1.4, effScore: 0.9, reason: 'invalid_eff' });
const put = (key: string, symbol: string) => redis().hset(key, ...proposalHash(recordOf(symbol)));

/** The hash has no such fields. */
const omitTexts = (record: ProposalRecord): object =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !name.endsWith('TsText')));
const WRONG_TYPE: unknown = expect.stringContaining('WRONGTYPE');

describe('the latest proposal', () => {
  it('is read, is missing, or is unreadable, independently of its neighbours', async () => {
    await put(proposedKey('BTC:PERP'), 'BTC:PERP');
    await put(proposedKey('MOVED'), 'BTCUSDT');
    await put(proposedKey('ODD'), 'ODD');
    await redis().hset(proposedKey('ODD'), 'base_target', 'NaN');
    await redis().hset(proposedKey('OTHER'), 'some', 'field');
    await redis().set(proposedKey('TEXT'), 'text');
    const proposal = omitTexts(recordOf('BTC:PERP'));
    expect(await readProposals(redis(), ['BTC:PERP', 'GONE', 'MOVED', 'ODD', 'OTHER', 'TEXT', 'BTC:PERP'])).toEqual([
      { state: 'read', proposal },
      { state: 'missing' },
      { state: 'unreadable', problem: 'symbol is "BTCUSDT"' },
      { state: 'unreadable', problem: 'base_target is "NaN"' },
      { state: 'missing' },
      { state: 'unreadable', problem: WRONG_TYPE },
      { state: 'read', proposal },
    ]);
    expect(await readProposal(redis(), 'GONE')).toEqual({ state: 'missing' });
  });

  it('is found for every one of many symbols', async () => {
    const symbols = Array.from({ length: 1201 }, (_, i) => `S${i}`);
    await Promise.all(symbols.map((symbol) => put(proposedKey(symbol), symbol)));
    const latest = await readProposals(redis(), symbols);
    expect(latest.map((one) => one.state === 'read' && one.proposal.symbol)).toEqual(symbols);
  });

  it('is not made up when Redis is away', async () => {
    const own: Redis = connectRedis({ url: file.server.url, host: '', port: 0, db: 0 }, 'test');
    await untilReady(own);
    own.disconnect();
    await expect(readProposal(own, 'BTCUSDT')).rejects.toThrow(BatchError);
  });
});

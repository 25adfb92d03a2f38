import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  asComputed,
  proposalHash,
  proposalStreamEntry,
  proposedKey,
  STREAMS,
  type ProposalRecord,
} from '@quantum/redis-schemas';
import { useRedis } from '@quantum/testing';
import { freshness, readProposal, tailProposals } from './index.js';

const file = useRedis();

const PROPOSAL: ProposalRecord = {
  tsEpochSec: 1_700_000_000,
  symbol: 'BTCUSDT',
  baseTargetUsd: 5000,
  proposedTargetUsd: 7000,
  multiplier: 1.4,
  effScore: 0.9,
  effConfidence: 0.8,
  effTsText: '1699999990',
  effStale: false,
  baseTsText: '1699999995',
  reason: 'ok',
  ...asComputed(1.4, '0123456789ab'),
};

describe('the example in the README', () => {
  it('runs', async () => {
    const redis = file.redis();
    await redis.hset(proposedKey('BTCUSDT'), ...proposalHash(PROPOSAL));
    await redis.xadd(STREAMS.proposed, '1-0', ...proposalStreamEntry(PROPOSAL));
    const nowSec = 1_700_000_012;
    const said: string[] = [];
    const log = (line: string): void => void said.push(line);
    // example
    const latest = await readProposal(redis, 'BTCUSDT');
    if (latest.state === 'read' && freshness(latest.proposal, nowSec, { maxAgeSec: 30 }) === 'fresh') {
      log(`${latest.proposal.symbol}: ${latest.proposal.proposedTargetUsd} USD, ${latest.proposal.reason}`);
    }

    const stop = new AbortController();
    let servedId = '0-0'; // kept where it outlives the process
    for await (const item of tailProposals(redis, { from: servedId, signal: stop.signal })) {
      if (item.kind === 'proposal') log(`${item.proposal.symbol}: times ${item.proposal.multiplier}`);
      else if (item.kind === 'gap') log(`entries between ${item.afterId} and ${item.beforeId} may be lost`);
      else log(item.problem);
      if ('id' in item) servedId = item.id;
      stop.abort(); // whenever it is enough
    }
    // end
    expect(said).toEqual(['BTCUSDT: 7000 USD, ok', 'BTCUSDT: times 1.4']);
    expect(servedId).toBe('1-0');
  });

  it('is the text of the README', () => {
    const example = /\/\/ example\n([\s\S]*?)\n *\/\/ end/.exec(readFileSync(__filename, 'utf8'))?.[1] ?? '';
    expect(readFileSync(join(__dirname, '..', 'README.md'), 'utf8')).toContain(example.replace(/^ {4}/gm, ''));
  });
});

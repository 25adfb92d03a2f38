import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startPrivateCluster, type PrivateCluster } from '@quantum/private-redis';
import { SlotDownError, connectRedis, runBatch, untilReady, type Command, type Redis } from '@quantum/redis-io';
import { proposalHash, proposalStreamEntry, proposedKey, STREAMS } from '@quantum/redis-schemas';
import { aProposal, useRedis, waitFor } from '@quantum/testing';
import { readProposals, tailProposals, type TailItem } from './index.js';

const opened: Redis[] = [];
afterEach(() => {
  opened.splice(0).forEach((redis) => {
    redis.disconnect();
  });
});

async function connect(url: string, login: { username?: string; password?: string } = {}): Promise<Redis> {
  const redis = connectRedis({ url, host: '', port: 6379, db: 0, ...login }, 'test');
  opened.push(redis);
  await untilReady(redis);
  return redis;
}

const recordOf = (symbol: string) => aProposal({ symbol });
const writesOf = (symbol: string): Command[] => [
  ['hset', proposedKey(symbol), ...proposalHash(recordOf(symbol))],
  ['xadd', STREAMS.proposed, '*', ...proposalStreamEntry(recordOf(symbol))],
];

async function write(redis: Redis, ...symbols: string[]): Promise<void> {
  for (const reply of await runBatch(redis, symbols.flatMap(writesOf))) if (!reply.ok) throw reply.error;
}
async function nextSymbol(items: AsyncGenerator<TailItem, void>): Promise<string | undefined> {
  const { value } = await items.next();
  return value?.kind === 'proposal' ? value.proposal.symbol : value?.kind;
}

describe('a user who may only read proposals', () => {
  const file = useRedis();
  const rights = '+ping +info +select +client|setname +hmget +xrange +xrevrange';
  const keys = '%R~quantum:allocation:target:proposed:* %R~quantum:stream:allocation.target.proposed';

  it('reads them', async () => {
    await write(file.redis(), 'A');
    await file.redis().acl('SETUSER', 'reader', 'on', '>secret', 'resetchannels', '-@all', ...`${rights} ${keys}`.split(' ')); // prettier-ignore
    const reader = await connect(file.server.url, { username: 'reader', password: 'secret' });
    expect(await readProposals(reader, ['A', 'B'])).toMatchObject([{ state: 'read' }, { state: 'missing' }]);
    expect(await nextSymbol(tailProposals(reader))).toBe('A');
    const other = tailProposals(reader, { stream: 'another:stream' });
    expect((await other.next()).value).toMatchObject({ kind: 'no_stream', problem: expect.stringContaining('NOPERM') });
  });
});

describe('on a Cluster', () => {
  let cluster: PrivateCluster;
  const symbols = Array.from({ length: 40 }, (_, i) => `S${i}`);

  beforeAll(async () => {
    cluster = await startPrivateCluster();
  });
  afterAll(async () => {
    await cluster.stop();
  });

  it('proposals are read from every master, and the tail survives the one that has the stream', async () => {
    const redis = await connect(cluster.url);
    await write(redis, ...symbols);
    const latest = await readProposals(redis, symbols);
    expect(latest.map((one) => one.state === 'read' && one.proposal.symbol)).toEqual(symbols);

    const away: Error[] = [];
    const items = tailProposals(redis, { count: 7, pollMs: 5, onAway: (error) => away.push(error) });
    for (const symbol of symbols) expect(await nextSymbol(items)).toBe(symbol);

    const owner = cluster.masters[await cluster.ownerOf(STREAMS.proposed)];
    const next = nextSymbol(items);
    owner?.pause();
    await waitFor(() => away.length > 0, { what: 'word of the master that hangs' });
    expect(away[0]).toBeInstanceOf(SlotDownError);
    // The keys of the hung master are unreadable meanwhile, those of the others are read.
    const states = (await readProposals(redis, symbols)).map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(['read', 'unreadable']));

    owner?.resume();
    await waitFor(() => write(redis, 'LATER').then(() => true), { what: 'the master to take writes again' });
    expect(await next).toBe('LATER');
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { useRedis, waitFor } from '@quantum/testing';
import { Redis } from 'ioredis';
import { followChanges, KeyReads, untilReady, type FollowedReads, type Reply } from './index.js';

const file = useRedis();
const { redis, connect } = file;

let readers = 0;
const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A reader of field `f` of hashes, by a client of its own, whose cache will be on. */
async function reader(options: Parameters<typeof connect>[0] = {}) {
  const names = { reads: `reads-${(readers += 1)}`, changes: `changes-${readers}` };
  const client = connect({ connectionName: names.reads, ...options });
  await untilReady(client);
  const refused: string[] = [];
  const { cache, stop } = followChanges(client, {
    name: names.changes,
    onRefused: ({ message }) => refused.push(message),
  }) as FollowedReads;
  stops.push(stop);
  const isOn = () => waitFor(() => cache.isOn, { what: 'the cache' });
  const read = async (key: string): Promise<Reply | undefined> => {
    const reads = new KeyReads(cache);
    const group = reads.hashes(['f']);
    group.add(key);
    await reads.run(client, [['get', 'another']]); // an answer of the server comes after its notices
    return group.replies[0];
  };
  return { names, client, cache, stop, refused, isOn, read };
}

const value = (of: string | null) => ({ ok: true, value: [of] });
const hashReads = async () => Number(/cmdstat_hmget:calls=(\d+)/.exec(await redis().info('commandstats'))?.[1] ?? 0);
const connectionId = async (name: string) => /id=(\d+)/.exec((await list(name)) ?? '')?.[1] ?? '';
const list = async (name: string) => String(await redis().client('LIST')).split('\n').find((line) => line.includes(` name=${name} `)); // prettier-ignore

describe('a cache that follows changes', () => {
  it('reads once what does not change, and what is not there', async () => {
    const { isOn, read } = await reader();
    await isOn();
    await redis().hset('k', 'f', '1');
    await redis().config('RESETSTAT');
    for (let i = 0; i < 5; i += 1) expect([await read('k'), await read('absent')]).toEqual([value('1'), value(null)]);
    expect(await hashReads()).toBe(2);
  });

  it('has what was written before it was asked, every time', async () => {
    const { isOn, read } = await reader();
    await isOn();
    for (let i = 0; i < 1000; i += 1) {
      await redis().hset('k', 'f', i);
      expect([await read('k'), await read('k')]).toEqual([value(String(i)), value(String(i))]);
    }
  });

  it.each<[string, (key: string) => Promise<unknown>, unknown]>([
    ['deleted', (key) => redis().del(key), value(null)],
    ['without the field', (key) => redis().hdel(key, 'f'), value(null)],
    ['expired', (key) => redis().pexpire(key, 0), value(null)],
    ['renamed', (key) => redis().rename(key, 'elsewhere'), value(null)],
    ['of another type', (key) => redis().set(key, 'text'), { ok: false, kind: 'key' }],
    ['gone with its database', () => redis().flushdb(), value(null)],
    ['written by a script', (key) => redis().eval("redis.call('HSET', KEYS[1], 'f', '2')", 1, key), value('2')],
    ['written in a transaction', (key) => redis().multi().hset(key, 'f', '2').exec(), value('2')],
  ])('sees a key that is %s', async (_what, change, expected) => {
    const { isOn, read } = await reader();
    await isOn();
    await redis().hset('k', 'f', '1');
    expect(await read('k')).toEqual(value('1'));
    await change('k');
    expect([await read('k'), await read('k')]).toMatchObject([expected, expected]);
  });

  it('reads again what is overtaken while the rest is read', async () => {
    const { cache, client, isOn, read } = await reader();
    await isOn();
    await redis().hset('k', 'f', '1');
    await read('k');
    const reads = new KeyReads(cache);
    const hashes = reads.hashes(['f']);
    hashes.add('k');
    await redis().hset('k', 'f', '2');
    const done = reads.run(client, [['get', 'another']]);
    cache.forget('k'); // as by the notice of the server
    await done;
    expect(hashes.replies).toEqual([value('2')]);
  });

  it('is told of what it read by a script that the server had forgotten', async () => {
    const { isOn, read } = await reader();
    await isOn();
    await redis().script('FLUSH');
    expect(await read('k')).toEqual(value(null));
    await redis().config('RESETSTAT');
    expect(await read('k')).toEqual(value(null));
    expect(await hashReads()).toBe(0);
    await redis().hset('k', 'f', '1');
    expect(await read('k')).toEqual(value('1'));
  });

  it.each(['changes', 'reads'] as const)(
    'is off while the connection of %s is away, and on again with it',
    async (of) => {
      const { names, client, cache, isOn, read } = await reader();
      await isOn();
      await redis().hset('k', 'f', '1');
      await read('k');
      const off = waitFor(() => !cache.isOn, { what: 'the end of the connection', everyMs: 0 });
      await redis().client('KILL', 'ID', await connectionId(names[of]));
      await off;
      await redis().hset('k', 'f', '2');
      await untilReady(client);
      expect(await read('k')).toEqual(value('2'));
      await isOn();
      await read('k');
      await redis().hset('k', 'f', '3');
      expect(await read('k')).toEqual(value('3'));
    },
  );

  it('is on again after the server was', async () => {
    const { client, cache, isOn, read } = await reader();
    await isOn();
    await file.server.kill();
    await waitFor(() => !cache.isOn, { what: 'the end of the server' });
    await file.server.restart();
    await untilReady(redis());
    await untilReady(client);
    await isOn();
    await redis().hset('k', 'f', '1');
    expect(await read('k')).toEqual(value('1'));
    await redis().hset('k', 'f', '2');
    expect(await read('k')).toEqual(value('2'));
  });

  it.each(['-client|tracking', '-client|id', '-client|caching', 'resetchannels'])(
    'reads each time for a user with %s',
    async (rule) => {
      await redis().acl('SETUSER', 'guest', 'on', '>secret', '~*', '&*', '+@all', rule);
      const { refused, isOn, read } = await reader({ username: 'guest', password: 'secret' });
      if (rule === '-client|caching') await isOn();
      else await waitFor(() => refused.length === 1, { what: 'the refusal' });
      for (const one of ['1', '2', '3']) {
        await redis().hset('k', 'f', one);
        expect(await read('k')).toEqual(value(one));
      }
    },
  );

  it('leaves no connection behind', async () => {
    const { names, cache, stop, isOn } = await reader();
    await isOn();
    stop();
    expect(cache.isOn).toBe(false);
    await waitFor(async () => (await list(names.changes)) === undefined, { what: 'the end of the connection' });
  });
});

describe('a connection to a Cluster', () => {
  it('has no cache', () => {
    const cluster = new Redis.Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true });
    expect(followChanges(cluster, { name: 'changes', onRefused: () => undefined })).toBeUndefined();
    cluster.disconnect();
  });
});

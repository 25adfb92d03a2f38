import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startPrivateRedis, startPrivateSentinel } from '@quantum/private-redis';
import { useRedis, waitFor } from '@quantum/testing';
import { Redis } from 'ioredis';
import { connectRedis, followChanges, KeyReads, untilReady, type FollowedReads, type Reply } from './index.js';

const file = useRedis();
const { redis, connect } = file;

let readers = 0;
const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A reader of field `f` of hashes, by a client of its own, whose cache will be on. */
async function reader(options: Parameters<typeof connect>[0] = {}) {
  return readerBy(connect(options));
}

async function readerBy(client: Redis) {
  const name = `changes-${(readers += 1)}`;
  await untilReady(client);
  const refused: string[] = [];
  const { cache, stop } = followChanges(client, {
    name,
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
  return { name, client, cache, stop, refused, isOn, read };
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

  it.each(['notices', 'reads'])('is off while the connection of %s is away, and on again with it', async (of) => {
    const { name, client, cache, isOn, read } = await reader({ connectionName: `reads-${of}` });
    await isOn();
    await redis().hset('k', 'f', '1');
    await read('k');
    const off = waitFor(() => !cache.isOn, { what: 'the end of the connection', everyMs: 0 });
    await redis().client('KILL', 'ID', await connectionId(of === 'notices' ? name : `reads-${of}`));
    await off;
    await redis().hset('k', 'f', '2');
    await untilReady(client);
    expect(await read('k')).toEqual(value('2'));
    await isOn();
    await read('k');
    await redis().hset('k', 'f', '3');
    expect(await read('k')).toEqual(value('3'));
  });

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
      const { refused, read } = await reader({ username: 'guest', password: 'secret' });
      await waitFor(() => refused.length === 1, { what: 'the refusal' });
      for (const one of ['1', '2', '3']) {
        await redis().hset('k', 'f', one);
        expect(await read('k')).toEqual(value(one));
      }
    },
  );

  it('is off when the permission is withdrawn', async () => {
    await redis().acl('SETUSER', 'guest', 'on', '>secret', '~*', '&*', '+@all');
    const { cache, isOn, read } = await reader({ username: 'guest', password: 'secret' });
    await isOn();
    await redis().acl('SETUSER', 'guest', '-client|caching');
    expect(await read('k')).toEqual(value(null));
    expect(cache.isOn).toBe(false);
  });

  it('has what was written before it was asked, also where its socket is looked at before that of the notices', async () => {
    const { cache, client, isOn, read } = await reader();
    await isOn();
    await redis().hset('k', 'f', '1');
    await read('k');
    const follow = cache.forget.bind(cache);
    cache.forget = () => undefined;
    await redis().hset('k', 'f', '2');
    const done = read('k');
    await client.ping(); // answered with what was asked before
    setImmediate(() => {
      follow('k');
    });
    expect(await done).toEqual(value('2'));
  });

  it('is off while its notices would come from another server', async () => {
    const other = await startPrivateRedis();
    const sockets: Socket[] = [];
    let connections = 0;
    // The second connection, that of the notices, goes astray once.
    const gate = createServer((socket) => {
      const path = (connections += 1) === 2 ? other.socketPath : file.server.socketPath;
      const server = createConnection(path);
      sockets.push(socket, server);
      for (const end of [socket, server]) end.on('error', () => undefined);
      socket.pipe(server).pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(gate, 'listening');
    try {
      const { port } = gate.address() as AddressInfo;
      const client = new Redis(port, '127.0.0.1').on('error', () => undefined);
      stops.push(() => {
        client.disconnect();
      });
      const { isOn, read } = await readerBy(client);
      await isOn();
      expect(connections).toBe(3);
      await redis().hset('k', 'f', '1');
      expect(await read('k')).toEqual(value('1'));
      await redis().hset('k', 'f', '2');
      // A notice takes its own way through the gate, and is there long before the answer of before is too old.
      const isNew = async () => isDeepStrictEqual(await read('k'), value('2'));
      await waitFor(isNew, { what: 'the notice', timeoutMs: 400 });
    } finally {
      for (const socket of sockets) socket.destroy();
      gate.close();
      await other.stop();
    }
  });

  it('leaves no connection behind', async () => {
    const { name, cache, stop, isOn } = await reader();
    await isOn();
    stop();
    expect(cache.isOn).toBe(false);
    await waitFor(async () => (await list(name)) === undefined, { what: 'the end of the connection' });
  });
});

describe('where Sentinel says who is master', () => {
  it('is on again after each of many outages', async () => {
    const sentinel = await startPrivateSentinel({ replicas: 0, sentinels: 1 });
    const client = connectRedis({ url: sentinel.url, host: '', port: 0, db: 0 }, 'reads');
    await untilReady(client);
    const { cache, stop } = followChanges(client, { name: 'changes', onRefused: console.error }) as FollowedReads;
    try {
      const [server] = sentinel.servers;
      for (let outage = 0; outage < 6; outage += 1) {
        await waitFor(() => cache.isOn, { what: `the cache after ${outage} outages` });
        await server?.kill();
        await waitFor(() => !cache.isOn, { what: 'the end of the server' });
        await new Promise((resolve) => client.once('reconnecting', resolve)); // an attempt that failed
        await server?.restart();
      }
      await waitFor(() => cache.isOn, { what: 'the cache' });
    } finally {
      stop();
      client.disconnect();
      await sentinel.stop();
    }
  }, 120_000);
});

describe('a connection to a Cluster', () => {
  it('has no cache', () => {
    const cluster = new Redis.Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true });
    expect(followChanges(cluster, { name: 'changes', onRefused: () => undefined })).toBeUndefined();
    cluster.disconnect();
  });
});

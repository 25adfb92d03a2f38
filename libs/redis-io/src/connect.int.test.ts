import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { useRedis, waitFor, withOwnRedis } from '@quantum/testing';
import { runBatch } from './batch.js';
import { connectRedis, untilReady, type Redis } from './connect.js';
import { valueOf, type Reply } from './reply.js';
import { defineRowScript, runRows } from './row-script.js';

const file = useRedis({ config: { databases: '4' } });

const addressOf = (db: number) => ({ url: `${file.server.url}?db=${db}`, host: '', port: 0, db: 0 });

describe('a connection to a database', () => {
  it('that the server does not have is none, and says why', async () => {
    const errors: string[] = [];
    const redis = connectRedis(addressOf(4), 'test', { onError: ({ message }) => errors.push(message) });
    try {
      await waitFor(() => Promise.resolve(errors.length >= 6), { what: 'refusals' });
      expect(new Set(errors)).toEqual(new Set(['ERR DB index is out of range']));
      await expect(runBatch(redis, [['set', 'k', 'v']])).rejects.toThrow('Redis is not connected');
      expect(await file.redis().keys('*')).toEqual([]);
    } finally {
      redis.disconnect();
    }
  });

  it('that it has is used', async () => {
    const redis = connectRedis(addressOf(3), 'test');
    try {
      await untilReady(redis);
      await runBatch(redis, [['set', 'k', 'v']]);
      expect(await file.redis().info('keyspace')).toMatch(/^db3:keys=1,/m);
    } finally {
      redis.disconnect();
    }
  });
});

describe('a connection through a proxy', () => {
  const sockets = new Set<Socket>();
  let door: Server | undefined;
  let redis: Redis | undefined;
  afterEach(() => {
    redis?.disconnect();
    door?.close();
    for (const socket of sockets) socket.destroy();
  });

  const passOn = (client: Socket, url: string): void =>
    void client.pipe(createConnection(new URL(url).pathname)).pipe(client);

  /** A proxy before the server: does `first` to the first connection, and passes on what comes later. */
  async function startDoor(first: (client: Socket) => void): Promise<number> {
    let isFirst = true;
    door = createServer((client) => {
      sockets.add(client.on('error', () => undefined));
      if (isFirst) first(client);
      else passOn(client, file.server.url);
      isFirst = false;
    }).listen(0, '127.0.0.1');
    await once(door, 'listening');
    return (door.address() as AddressInfo).port;
  }

  it.each([
    ['nothing is said', (client: Socket) => client.resume(), 'Redis was not ready within 5000 ms'],
    ['is closed', (client: Socket) => client.end(), 'Redis closed the connection without an answer'],
  ])('is reported and made anew where %s on it', async (_what, first, message) => {
    const errors: string[] = [];
    const address = { url: '', host: '127.0.0.1', port: await startDoor(first), db: 0 };
    redis = connectRedis(address, 'test', { onError: (error) => errors.push(error.message) });
    await untilReady(redis);
    expect(await runBatch(redis, [['ping']])).toEqual([{ ok: true, value: 'PONG' }]);
    expect(errors).toEqual([message]);
  });

  const SET_ROW = defineRowScript(
    "local function row(k, a) return redis.call('SET', KEYS[k + 1], ARGV[a + 1]).ok end",
    1,
    9,
  );
  const WRITES: [what: string, write: (to: Redis) => Promise<Reply[]>][] = [
    ['a command', (to) => runBatch(to, [['set', 'k', 'v']])],
    ['a row of a script', (to) => runRows(to, SET_ROW, [], [{ keys: ['k'], args: ['v'] }])],
  ];
  it.each(WRITES)('goes to the new master where %s finds that the old one lives on as its replica', (_what, send) =>
    withOwnRedis(async (old, { url }) => {
      const port = await startDoor((client) => {
        passOn(client, url);
      });
      const connection = (redis = connectRedis({ url: '', host: '127.0.0.1', port, db: 0 }, 'test'));
      await untilReady(connection);
      await old.replicaof('127.0.0.1', 1);
      const write = async () => (await send(connection).catch(() => []))[0];
      expect(await write()).toMatchObject({ ok: false, kind: 'transient' });
      await waitFor(async () => (await write())?.ok === true, { what: 'a write to the new master' });
      expect(await file.redis().get('k')).toBe('v');
    }),
  );
});

it('asks an address that stays a replica once a second, and fails writes by its words in between', () =>
  withOwnRedis(async (replica, { url }) => {
    await replica.replicaof('127.0.0.1', 1);
    const redis = connectRedis({ url, host: '', port: 0, db: 0 }, 'test');
    const readyMs: number[] = [];
    redis.on('ready', () => readyMs.push(performance.now()));
    await untilReady(redis);
    const errors: string[] = [];
    const write = async () => {
      const set = () => runBatch(redis, [['set', 'k', 'v']]).then(([reply]) => valueOf(reply));
      // The second is sent while the reply to the first closes the connection.
      const sent = await Promise.allSettled([set(), new Promise(setImmediate).then(set)]);
      errors.push(...sent.map((one) => (one as unknown as { reason: Error }).reason.message));
      return readyMs.length > 3;
    };
    try {
      await waitFor(write, { what: 'a fourth connection' });
    } finally {
      redis.disconnect();
    }
    const [, second = 0, , fourth = 0] = readyMs;
    expect(fourth - second).toBeGreaterThan(1900);
    expect(errors.filter((message) => !message.includes('READONLY'))).toEqual([]);
    expect(errors.filter((message) => message.startsWith('READONLY')).length).toBeGreaterThan(readyMs.length);
  }));

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startPrivateCluster, type PrivateCluster } from '@quantum/private-redis';
import { waitFor } from '@quantum/testing';
import type { Cluster } from 'ioredis';
import {
  BatchError,
  connectRedis,
  defineRowScript,
  defineScript,
  KeyReads,
  NoGroupError,
  runBatch,
  runRows,
  runScripts,
  scanKeys,
  scriptCommand,
  serverVersion,
  SlotDownError,
  StreamConsumer,
  untilReady,
  type Command,
  type Redis,
} from './index.js';

let cluster: PrivateCluster;
const opened: Redis[] = [];

beforeAll(async () => {
  cluster = await startPrivateCluster();
});
afterAll(async () => {
  for (const redis of opened) redis.disconnect();
  await cluster.stop();
});

async function connect(): Promise<Redis> {
  const redis = connectRedis({ url: cluster.url, host: '', port: 6379, db: 0 }, 'test');
  opened.push(redis);
  await untilReady(redis);
  // The client connects to each master with the first command for it, which on a busy machine takes part of its second.
  await Promise.all((redis as Cluster).nodes('master').map((master) => master.ping()));
  return redis;
}

const symbols = Array.from({ length: 60 }, (_, i) => `S${i}`);

/** A name whose key is on this master. */
async function keyOn(index: number, prefix = 'k'): Promise<string> {
  for (let i = 0; ; i += 1) if ((await cluster.ownerOf(`${prefix}${i}`)) === index) return `${prefix}${i}`;
}

const values = (replies: Awaited<ReturnType<typeof runBatch>>): unknown[] =>
  replies.map((reply) => (reply.ok ? reply.value : reply.error));

it('reads of keys answer as on one server, for any distribution of keys and a moved slot', async () => {
  const redis = await connect();
  const keys = await Promise.all([0, 1, 2].map((index) => keyOn(index, 'hash')));
  const long = '1'.repeat(3_000_000);
  for (const [i, key] of keys.entries()) await redis.hset(key, { long, field: `of ${i}` });
  const wrong = await keyOn(1, 'text');
  await redis.set(wrong, long);
  const read = async () => {
    const reads = new KeyReads();
    const [hashes, texts] = [reads.hashes(['field', 'long', 'absent']), reads.group('get')];
    for (const key of [...keys, wrong, 'absent']) hashes.add(key);
    texts.add(wrong);
    const others = await reads.run(redis, [['exists', wrong]]);
    expect([...values(others), ...values(texts.replies)]).toEqual([1, long]);
    const last = [
      { ok: false, kind: 'key' },
      { ok: true, value: [null, null, null] },
    ];
    const found = keys.map((_, i) => ({ ok: true, value: [`of ${i}`, '1'.repeat(1025), null] }));
    expect(hashes.replies).toMatchObject([...found, ...last]);
  };
  await read();
  const slot = await cluster.slotOf(keys[0] as string);
  await cluster.migrateSlot(slot, 1, 'half'); // half moved: the old master still has the key
  await read();
  await cluster.migrateSlot(slot, 1);
  await read();
  await cluster.migrateSlot(slot, 0);
});

describe('a batch on a Cluster', () => {
  it('answers in order, for any distribution of keys', async () => {
    const redis = await connect();
    const commands = symbols.flatMap((s): Command[] => [
      ['set', s, s],
      ['get', s],
      ['hget', s, 'x'],
    ]);
    const replies = await runBatch(redis, commands);
    symbols.forEach((symbol, i) => {
      expect(replies.slice(3 * i, 3 * i + 2)).toEqual([
        { ok: true, value: 'OK' },
        { ok: true, value: symbol },
      ]);
      expect(replies[3 * i + 2]).toMatchObject({ ok: false, kind: 'key' });
    });
    expect((await serverVersion(redis)).major).toBeGreaterThanOrEqual(7);
  });

  it('scans every master', async () => {
    const redis = await connect();
    await Promise.all(symbols.map((symbol) => redis.set(symbol, symbol)));
    const found = new Set<string>();
    for await (const key of scanKeys(redis, 'S*', 7)) found.add(key.toString());
    expect([...found].sort()).toEqual([...symbols].sort());
  });

  it('runs scripts on masters that do not have them', async () => {
    const script = defineScript("return redis.call('INCRBY', KEYS[1], ARGV[1])");
    const redis = await connect();
    const commands = symbols.map((symbol) => scriptCommand(script, [`n:${symbol}`], [2]));
    const twice = [await runScripts(redis, [script], commands), await runScripts(redis, [script], commands)];
    expect(twice.map(values)).toEqual([symbols.map(() => 2), symbols.map(() => 4)]);
  });

  it('follows a slot that is moving and one that has moved, in the order of the commands', async () => {
    const redis = await connect();
    await runBatch(redis, [
      ['set', '{m}there', '1'],
      ['set', 'S1', 'S1'],
    ]);
    const from = await cluster.ownerOf('m');
    const slot = await cluster.slotOf('m');
    await cluster.migrateSlot(slot, (from + 1) % 3, 'half');
    const commands: Command[] = [
      ['get', '{m}there'],
      ['hset', '{m}new', 'a', '1'],
      ['expire', '{m}new', 100],
      ['get', 'S1'],
    ];
    expect(values(await runBatch(redis, commands))).toEqual(['1', 1, 1, 'S1']);
    await cluster.migrateSlot(slot, (from + 1) % 3);
    expect(await cluster.ownerOf('m')).toBe((from + 1) % 3);
    expect(values(await runBatch(redis, commands))).toEqual(['1', 0, 1, 'S1']);
  });

  it('runs scripts on the master that a slot has moved to, which does not have them', async () => {
    const redis = await connect();
    for (const way of (await cluster.movesAtomically()) ? (['half', 'atomic'] as const) : (['half'] as const)) {
      const call = "redis.call('INCRBY', ";
      const script = defineScript(`return ${call}KEYS[1], ARGV[1]) -- ${way}`);
      const rows = defineRowScript(
        `local function row(k, a) return ${call}KEYS[k + 1], ARGV[a + 1]) end -- ${way}`,
        1,
        9,
      );
      const count = async (key: string) => [
        ...values(await runScripts(redis, [script], [scriptCommand(script, [key], [2])])),
        ...values(await runRows(redis, rows, [], [{ keys: [key], args: [3] }])),
      ];
      const [slot, to] = [await cluster.slotOf('m'), ((await cluster.ownerOf('m')) + 1) % 3];
      expect(await count(`{m}${way}`)).toEqual([2, 5]); // now its master has the scripts, and no other
      await cluster.migrateSlot(slot, to, way);
      expect(await count(`{m}${way}`)).toEqual([7, 10]);
      expect(await count(`{m}${way} new`)).toEqual([2, 5]); // half moved: asked for at the other master
      await cluster.migrateSlot(slot, to);
      expect(await cluster.ownerOf('m')).toBe(to);
      expect(await count(`{m}${way}`)).toEqual([12, 15]);
    }
  });

  it('reads a stream while its slot moves away during a blocking read', async () => {
    const [redis, blocking] = [await connect(), await connect()];
    const consumer = new StreamConsumer(redis, blocking, { stream: 'stream', group: 'g', consumer: 'a' });
    await consumer.ensureGroup('0');
    const waiting = consumer.readNew(10, 500).catch((error: unknown) => error);
    const [from, slot] = [await cluster.ownerOf('stream'), await cluster.slotOf('stream')];
    await cluster.migrateSlot(slot, (from + 1) % 3);
    // Redis 7.0 ends the read, as if the stream had disappeared; newer servers let it wait out its time. The group
    // moved with the stream.
    const ended = await waiting;
    expect(ended instanceof NoGroupError || (Array.isArray(ended) && ended.length === 0)).toBe(true);
    expect(await consumer.ensureGroup('0')).toBe(false);
    await runBatch(redis, [['xadd', 'stream', '1-0', 'n', '1']]);
    expect(await consumer.readNew(10, 5000)).toEqual([{ id: '1-0', fields: ['n', '1'], deliveries: 1 }]);
  });
});

it('reads one entry after a page of a stream that was too large', async () => {
  const [redis, blocking] = [await connect(), await connect()];
  const consumer = new StreamConsumer(redis, blocking, { stream: 'large', group: 'g', consumer: 'a' });
  await consumer.ensureGroup('0');
  const add = (id: string) => runBatch(redis, [['xadd', 'large', id, 'n', 'x'.repeat(9 * 2 ** 20)]]);
  for (const id of ['1-0', '2-0']) await add(id);
  await expect(consumer.readNew(10, 1)).rejects.toThrow('bytes, which were not read on');
  const isBack = async () => (await runBatch(blocking, [['exists', 'large'], ['time']]))[0]?.ok;
  await waitFor(isBack, { what: 'the connection to be there again' });
  for (const id of ['3-0', '4-0']) await add(id);
  for (const id of ['3-0', '4-0']) expect((await consumer.readNew(10, 1)).map((entry) => entry.id)).toEqual([id]);
});

it('asks for the slots every 2 s, and no more once it is disconnected while it asks', async () => {
  jest.useFakeTimers({ doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate'] });
  try {
    const redis = (await connect()) as Cluster;
    const refresh = redis.refreshSlotsCache.bind(redis);
    let asked = 0;
    const isAnswered = new Promise<void>((resolve) => {
      redis.refreshSlotsCache = (callback) => {
        asked += 1;
        refresh((...answer) => {
          callback?.(...answer);
          resolve();
        });
        redis.disconnect();
      };
    });
    jest.advanceTimersByTime(2000);
    await isAnswered;
    jest.advanceTimersByTime(10_000);
    expect(asked).toBe(1);
  } finally {
    jest.useRealTimers();
  }
});

// Last, because it leaves a master dead.
describe('a Cluster whose master fails', () => {
  it('answers for the others in bounded time, while it hangs and after it died', async () => {
    const redis = await connect();
    const [lost, kept] = [await keyOn(2), await keyOn(0)];
    const commands: Command[] = [['get', lost], ['set', kept, '1'], ['get', kept]]; // prettier-ignore
    cluster.masters[2]?.pause();
    for (let i = 0; i < 2; i += 1) {
      const replies = await runBatch(redis, commands);
      expect(replies[0]).toMatchObject({ ok: false, kind: 'transient', error: expect.any(SlotDownError) });
      expect(values(replies.slice(1))).toEqual(['OK', '1']);
    }
    await cluster.kill(2);
    const replies = await runBatch(redis, commands);
    expect(replies[0]).toMatchObject({ ok: false, kind: 'transient', error: expect.any(SlotDownError) });
    expect(values(replies.slice(1))).toEqual(['OK', '1']);
    // One for the dead master alone is not one for a Cluster that is away.
    expect(await runBatch(redis, [['get', lost]])).toEqual([
      { ok: false, kind: 'transient', error: expect.any(SlotDownError) as unknown },
    ]);

    // Each is sent to a master at random.
    const times = await Promise.all(Array.from({ length: 30 }, () => runBatch(redis, [['time']])));
    expect(times.flat().filter((reply) => !reply.ok)).toEqual([]);

    const found: string[] = [];
    const scan = async () => {
      for await (const key of scanKeys(redis, '*', 100)) found.push(key.toString());
    };
    await expect(scan()).rejects.toThrow(SlotDownError);
    expect(found).toContain(kept);

    for (const index of [0, 1]) await cluster.masters[index]?.kill();
    await expect(runBatch(redis, [['get', lost]])).rejects.toThrow(BatchError);
    await expect(runBatch(redis, commands)).rejects.toThrow(BatchError);
  });
});

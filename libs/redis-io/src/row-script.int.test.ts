import { describe, expect, it } from '@jest/globals';
import { useRedis } from '@quantum/testing';
import { KeyReads, defineRowScript, runBatch, runRows, type Redis } from './index.js';

const { redis, connect } = useRedis();

/** Appends its argument and the shared one to a list and returns its length. */
const APPEND = defineRowScript(
  `local function row(k, a) return {redis.call('RPUSH', KEYS[k + 1], ARGV[a + 1], ARGV[2])} end`,
  1,
  3,
);
const rowsOf = (keys: readonly string[]) => keys.map((key, i) => ({ keys: [key], args: [i] }));

/** A client that may access only keys that begin with `a`. */
async function guest(): Promise<Redis> {
  await redis().acl('SETUSER', 'guest', 'on', '>secret', '+@all', '~a*');
  const client = await connect({ username: 'guest', password: 'secret' });
  return client;
}

describe('a row script', () => {
  it('runs every row in order, also more than a call holds', async () => {
    const replies = await runRows(redis(), APPEND, ['x'], rowsOf(['a', 'b', 'a', 'a', 'b', 'a', 'a']));
    expect(replies).toEqual([2, 2, 4, 6, 4, 8, 10].map((length) => ({ ok: true, value: [length] })));
    expect(await redis().lrange('a', 0, -1)).toEqual(['0', 'x', '2', 'x', '3', 'x', '5', 'x', '6', 'x']);
  });

  it('does nothing for no rows', async () => {
    expect(await runRows(redis(), APPEND, ['x'], [])).toEqual([]);
  });

  it('leaves a row unaffected if its neighbour fails, and reports the failure', async () => {
    await redis().set('b', 'no list');
    const [first, second, third] = await runRows(redis(), APPEND, ['x'], rowsOf(['a', 'b', 'a']));
    expect([first, third]).toEqual([2, 4].map((length) => ({ ok: true, value: [length] })));
    expect(second).toMatchObject({ ok: false, kind: 'key', error: { name: 'ReplyError' } });
  });

  it('runs row by row after a refusal for one of the keys', async () => {
    const replies = await runRows(await guest(), APPEND, ['x'], rowsOf(['a1', 'b', 'a2', 'a3']));
    expect(replies).toMatchObject([{ ok: true }, { ok: false, kind: 'key' }, { ok: true }, { ok: true }]);
    expect(await redis().lrange('a1', 0, -1)).toEqual(['0', 'x']);
  });

  it.each([[['a1', 'b']], [['b']]])('runs another row in place of each row of a refused call (%j)', async (keys) => {
    const alone = () => ({ keys: ['a9'], args: ['alone'] });
    const replies = await runRows(await guest(), APPEND, ['x'], rowsOf(keys), { alone });
    expect(replies).toMatchObject(keys.map(() => ({ ok: true })));
    expect(await redis().lrange('a9', 0, -1)).toEqual(keys.flatMap(() => ['alone', 'x']));
    expect(await redis().exists('a1', 'b')).toBe(0);
  });
});

describe('reads of keys', () => {
  it('answer as the commands do, for any content of the keys', async () => {
    await redis().mset('text', '"ü"\n\u0001\u2028', 'empty', '', 'number', '1');
    await redis().set('bytes', Buffer.from([0x61, 0xff, 0x62]));
    await redis().hset('hash', 'f', '1');
    const keys = ['text', 'empty', 'number', 'bytes', 'hash', 'absent'];
    const reads = new KeyReads();
    const [gets, exist, hashes] = [reads.group('get'), reads.group('exists'), reads.group('hmget', ['f', 'g'])];
    for (const group of [gets, exist, hashes]) for (const key of keys) group.add(key);
    expect(await reads.run(redis(), [['get', 'number']])).toEqual([{ ok: true, value: '1' }]);
    const ask = async (command: string, ...fields: string[]) =>
      (await runBatch(redis(), keys.map((key) => [command, key, ...fields] as const))).map((reply) =>
        reply.ok ? reply : { ...reply, error: { message: reply.error.message } },
      ); // prettier-ignore
    expect(gets.replies).toMatchObject(await ask('get'));
    expect(exist.replies).toMatchObject(await ask('exists'));
    expect(hashes.replies).toMatchObject(await ask('hmget', 'f', 'g'));
  });

  it('read a key that is added twice once, and more keys than a call holds', async () => {
    const keys = Array.from({ length: 800 }, (_, i) => `k${i}`);
    await redis().mset(...keys.flatMap((key) => [key, `of ${key}`]));
    const reads = new KeyReads();
    const group = reads.group('get');
    const places = [...keys, 'k5'].map((key) => group.add(key));
    await reads.run(redis(), []);
    expect(places.at(-1)).toBe(places[5]);
    expect(reads.group('get')).toBe(group);
    expect(group.replies).toEqual(keys.map((key) => ({ ok: true, value: `of ${key}` })));
  });

  it('cut values that are longer than any number, and no others', async () => {
    const long = '1'.repeat(3_000_000);
    await redis().mset('short', '5', 'long', long);
    await redis().hset('hash', { short: '5', long, number: '1'.repeat(1024) });
    const reads = new KeyReads();
    const groups = [reads.group('hmget', ['short', 'long', 'number', 'absent']), reads.group('get', [], 'all'), reads.group('get', [], 'begin', 10)] as const; // prettier-ignore
    groups[0].add('hash');
    for (const group of groups.slice(1)) for (const key of ['short', 'long', 'absent']) group.add(key);
    await reads.run(redis(), []);
    const values = groups.map(({ replies }) => replies.map((reply) => reply.ok && reply.value));
    expect(values[0]).toEqual([['5', '1'.repeat(1025), '1'.repeat(1024), null]]);
    expect(values[1]).toEqual(['5', long, null]);
    expect(values[2]).toEqual(['5', '1'.repeat(10), null]);
  });

  it('return the other keys if one key is not permitted', async () => {
    await redis().mset('a1', '1', 'b', '2', 'a2', '3');
    const reads = new KeyReads();
    const group = reads.group('get');
    for (const key of ['a1', 'b', 'a2']) group.add(key);
    await reads.run(await guest(), []);
    expect(group.replies).toMatchObject([
      { ok: true, value: '1' },
      { ok: false, kind: 'key' },
      { ok: true, value: '3' },
    ]);
  });
});

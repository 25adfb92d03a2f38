import { afterEach, describe, expect, it } from '@jest/globals';
import { anyText, finite, uniform } from '@quantum/generators';
import { boundedRuns, useRedis, waitFor } from '@quantum/testing';
import fc from 'fast-check';
import {
  BatchError,
  connectRedis,
  defineScript,
  mayHaveRun,
  runBatch,
  readScriptCommand,
  runScripts,
  scriptCommand,
  untilReady,
  type Redis,
} from './index.js';

const file = useRedis();
const { redis } = file;
const opened: Redis[] = [];

async function connect(): Promise<Redis> {
  const connection = connectRedis({ url: file.server.url, host: '', port: 0, db: 0 }, 'test');
  opened.push(connection);
  await untilReady(connection);
  return connection;
}

afterEach(() => {
  for (const connection of opened.splice(0)) connection.disconnect();
});

describe('runBatch', () => {
  it('answers each command separately: a failed one does not affect its neighbours', async () => {
    await redis().hset('hash', 'a', '1');
    const replies = await runBatch(await connect(), [
      ['set', 'x', '1'],
      ['get', 'hash'],
      ['hmget', 'hash', 'a', 'b'],
    ]);
    expect(replies).toMatchObject([
      { ok: true, value: 'OK' },
      { ok: false, kind: 'key' },
      { ok: true, value: ['1', null] },
    ]);
  });

  it('takes commands of any number of arguments', async () => {
    const members = Array.from({ length: 300_000 }, (_, i) => String(i));
    expect(await runBatch(await connect(), [['sadd', 'set', ...members]])).toEqual([{ ok: true, value: 300_000 }]);
  });

  it('sends arguments to the server byte by byte, whatever they are', async () => {
    const connection = await connect();
    const text = fc.oneof(fc.string(), anyText(), fc.constantFrom('', '\r\n', 'é', 'Ł', '\u0000', '\ud800'));
    // The client writes an integer beyond 2^53 with all its digits, unlike String: amounts go as text (`full`).
    const number = fc
      .oneof(uniform(-1e15, 1e15), finite)
      .filter((x) => !Number.isInteger(x) || Number.isSafeInteger(x));
    const argument = fc.oneof(
      text,
      number,
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(argument), async (given) => {
        const [reply] = await runBatch(connection, [['evalBuffer', 'return ARGV', 0, ...given]]);
        const bytes = given.map((one) => (Buffer.isBuffer(one) ? one : Buffer.from(String(one))));
        expect(reply).toEqual({ ok: true, value: bytes });
      }),
      boundedRuns(100),
    );
  });

  it('treats a missing permission as a fault of the key, and out of memory as transient', async () => {
    await redis().acl('SETUSER', 'reader', 'on', '>secret', '+@all', '~allowed:*');
    const reader = await file.connect({ username: 'reader', password: 'secret' });
    expect(await runBatch(reader, [['get', 'other']])).toMatchObject([{ ok: false, kind: 'key' }]);
    await redis().config('SET', 'maxmemory', '1');
    expect(await runBatch(await connect(), [['set', 'x', '1']])).toMatchObject([{ ok: false, kind: 'transient' }]);
    await redis().config('SET', 'maxmemory', '0');
  });

  it('fails as a whole, at once, while there is no connection, and works again when there is', async () => {
    const connection = await connect();
    const closed = new Promise((resolve) => connection.once('close', resolve));
    await file.server.kill();
    await closed;
    const failed = await runBatch(connection, [['get', 'x']]).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(BatchError);
    expect(mayHaveRun(failed)).toBe(false);
    await file.server.restart();
    await untilReady(connection);
    expect(await runBatch(connection, [['get', 'x']])).toEqual([{ ok: true, value: null }]);
  });

  it('reports that the connection was lost with commands in flight', async () => {
    const connection = await connect();
    const waiting = runBatch(connection, [['blpop', 'x', 0]]).catch((error: unknown) => error);
    await waitFor(async () => (await redis().info('clients')).includes('blocked_clients:1'), { what: 'the wait' });
    await file.server.kill();
    const failed = await waiting;
    expect(failed).toEqual(new BatchError('the connection to Redis was lost'));
    expect(mayHaveRun(failed)).toBe(true);
  });

  it('gives up on a server that does not answer, and never takes a late answer for another’s', async () => {
    const connection = await connect();
    await redis().set('first', 'late');
    const closed = new Promise((resolve) => connection.once('close', resolve));
    file.server.pause();
    await expect(runBatch(connection, [['get', 'first']])).rejects.toThrow('did not answer within');
    file.server.resume();
    await closed;
    await untilReady(connection);
    expect(await runBatch(connection, [['get', 'second']])).toEqual([{ ok: true, value: null }]);
  });

  it('sends nothing without commands', async () => {
    expect(await runBatch(await connect(), [])).toEqual([]);
  });
});

describe('runScripts', () => {
  const increase = defineScript("return redis.call('INCRBY', KEYS[1], ARGV[1])");

  it('loads a script that the server does not have, and runs each command once', async () => {
    const connection = await connect();
    const commands = [scriptCommand(increase, ['n'], [2]), ['get', 'n'] as const, scriptCommand(increase, ['n'], [3])];
    const replies = await runScripts(connection, [increase], commands);
    expect(replies.map((reply) => reply.ok && reply.value)).toEqual([2, null, 5]);
    expect(await redis().get('n')).toBe('5');
  });

  it('loads a read-only script, and needs only the right to read its keys', async () => {
    const connection = await connect();
    await redis().set('n', '7');
    await redis().acl('SETUSER', 'reader', 'on', 'nopass', '%R~n', '-@all', '+get', '+evalsha_ro', '+eval_ro');
    await connection.auth('reader', 'any');
    const readOnly = defineScript("return redis.call('GET', KEYS[1])");
    for (let i = 0; i < 2; i += 1) {
      const [reply] = await runScripts(connection, [readOnly], [readScriptCommand(readOnly, ['n'])]);
      expect(reply).toEqual({ ok: true, value: '7' });
    }
  });

  it('lets no read-only script write', async () => {
    const [reply] = await runScripts(await connect(), [increase], [readScriptCommand(increase, ['n'], [2])]);
    expect(reply).toMatchObject({ ok: false, error: { message: expect.stringContaining('read-only') as unknown } });
    expect(await redis().exists('n')).toBe(0);
  });

  it('survives SCRIPT FLUSH between two batches', async () => {
    const connection = await connect();
    await runScripts(connection, [increase], [scriptCommand(increase, ['n'], [1])]);
    await redis().script('FLUSH');
    await runScripts(connection, [increase], [scriptCommand(increase, ['n'], [1])]);
    expect(await redis().get('n')).toBe('2');
  });
});

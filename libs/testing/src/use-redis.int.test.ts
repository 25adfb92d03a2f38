import { describe, expect, it } from '@jest/globals';
import { connectedClient, useRedis, waitForEntry, waitForKey } from './index.js';

describe('useRedis', () => {
  const file = useRedis();

  it('gives clients of one server, and clears leftovers', async () => {
    const { redis } = file;
    await redis().set('key', 'left behind');
    await redis().function('LOAD', '#!lua name=lib\nredis.register_function("f", function() return 1 end)');
    await redis().acl('SETUSER', 'guest', 'on', 'nopass', '~*', '+@all');
    const guest = await file.connect({ username: 'guest', password: 'any' });
    expect(await guest.get('key')).toBe('left behind');
  });

  it('starts every test with an empty server', async () => {
    const { redis } = file;
    expect(await redis().dbsize()).toBe(0);
    expect(await redis().function('LIST')).toEqual([]);
    expect(await redis().acl('USERS')).toEqual(['default']);
  });

  it('gives clients that are ready, since batches refuse others', async () => {
    const own = await connectedClient(file.server.url);
    expect([file.redis(), await file.connect(), own].map(({ status }) => status)).toEqual(['ready', 'ready', 'ready']);
    own.disconnect();
  });

  it('gives no client that can never be ready', async () => {
    await expect(connectedClient('unix:///nowhere', { retryStrategy: () => null })).rejects.toThrow(
      'the connection was closed before it was ready',
    );
  });

  it('lets a test kill the server', async () => {
    await file.server.kill();
    expect(file.server.pid).toBe(0);
  });

  it('has a server again for the next test, which may pause it', async () => {
    expect(file.redis().status).toBe('ready');
    expect(await file.redis().ping()).toBe('PONG');
    file.server.pause();
  });

  it('resumes it for the test after that', async () => {
    expect(await file.redis().ping()).toBe('PONG');
  });

  it('waits for a key and for an entry that another client writes', async () => {
    const { redis } = file;
    const key = waitForKey(redis(), 'key');
    const entry = waitForEntry(redis(), 'stream', ({ n }) => n === '2');
    const writer = await file.connect();
    await writer.set('key', '1');
    await writer.xadd('stream', '5-1', 'n', '1');
    await writer.xadd('stream', '5-2', 'n', '2', 'more', 'x');
    await key;
    expect(await entry).toEqual({ id: '5-2', fields: { n: '2', more: 'x' } });
  });

  it('names the key and the entry that did not arrive', async () => {
    const { redis } = file;
    const key = waitForKey(redis(), 'absent', { timeoutMs: 0 });
    await expect(key).rejects.toThrow('waited 0 ms for key absent: the last answer was 0');
    const entry = waitForEntry(redis(), 'stream', undefined, { what: 'a permit event', timeoutMs: 0 });
    await expect(entry).rejects.toThrow('waited 0 ms for a permit event: the last answer was undefined');
  });
});

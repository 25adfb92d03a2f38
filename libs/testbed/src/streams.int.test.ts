import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPrivateRedis, type PrivateRedis } from '@quantum/private-redis';
import { Redis } from 'ioredis';
import { lastEntryId, readStream, StreamCursor } from './index.js';

let server: PrivateRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startPrivateRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const values = (entries: { fields: Record<string, string> }[]) => entries.map(({ fields }) => fields['n']);
const add = (stream: string, ...numbers: number[]) =>
  redis.pipeline(numbers.map((n) => ['xadd', stream, '*', 'n', String(n)])).exec();

describe('a stream cursor', () => {
  it('reads everything once, also more than a page', async () => {
    const numbers = Array.from({ length: 5001 }, (_, n) => n);
    await add('long', ...numbers);
    const cursor = new StreamCursor('long');
    expect(values(await cursor.read(redis))).toEqual(numbers.map(String));
    expect(await cursor.read(redis)).toEqual([]);
    await add('long', 7);
    expect(values(await cursor.read(redis))).toEqual(['7']);
    expect(await readStream(redis, 'long')).toHaveLength(5002);
  });

  it('reads few large entries at once, of which others may have written many', async () => {
    for (let i = 0; i < 40; i += 1) await redis.xadd('large', '*', 'n', String(i), 'x', 'x'.repeat(2 ** 20));
    const sizes: number[] = [];
    const read: string[] = [];
    for await (const page of new StreamCursor('large').pages(redis)) {
      sizes.push(page.length);
      read.push(...page.map(({ fields }) => fields['n'] ?? ''));
    }
    expect(read).toEqual(Array.from({ length: 40 }, (_, i) => String(i)));
    expect(sizes[0]).toBe(16);
    expect(Math.max(...sizes.slice(1))).toBeLessThanOrEqual(2);
  });

  it('ends while the stream grows', async () => {
    await add('growing', 1);
    const growing = {
      xrevrange: redis.xrevrange.bind(redis),
      xrange: async (...range: [string, string, string, 'COUNT', number]) => {
        await add('growing', ...Array.from({ length: range[4] }, () => 2));
        return redis.xrange(...range);
      },
    } as Pick<Redis, 'xrange' | 'xrevrange'>;
    expect(values(await readStream(growing, 'growing'))).toEqual(['1']);
  });

  it('begins at the end of a stream, also of one that does not exist', async () => {
    const empty = await StreamCursor.atEnd(redis, 'short');
    expect(await lastEntryId(redis, 'short')).toBe('0-0');
    await add('short', 1);
    const full = await StreamCursor.atEnd(redis, 'short');
    await add('short', 2);
    expect(values(await empty.read(redis))).toEqual(['1', '2']);
    expect(values(await full.read(redis))).toEqual(['2']);
  });

  it('takes the reply of a transaction', async () => {
    await add('batch', 1, 2);
    const cursor = new StreamCursor('batch');
    const read = async (count?: number) =>
      (
        await redis
          .multi()
          .xrange(...cursor.range(count))
          .exec()
      )?.[0]?.[1];
    expect(values(cursor.take(await read(1)))).toEqual(['1']);
    expect(values(cursor.take(await read()))).toEqual(['2']);
    expect(cursor.take(null)).toEqual([]);
  });
});

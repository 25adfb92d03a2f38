import { describe, expect, it } from '@jest/globals';
import { useRedis, waitFor } from '@quantum/testing';
import { runBatch } from './batch.js';
import { connectRedis, untilReady } from './connect.js';

const file = useRedis({ config: { databases: '4' } });

const addressOf = (db: number) => ({ url: `${file.server.url}?db=${db}`, host: '', port: 0, db: 0 });

describe('a connection to a database', () => {
  it('that the server does not have is none, and says why', async () => {
    const errors: string[] = [];
    const redis = connectRedis(addressOf(4), 'test', { onError: ({ message }) => errors.push(message) });
    try {
      const refusals = () => Promise.resolve(errors.filter((message) => message.includes('DB index is out of range')));
      await waitFor(async () => (await refusals()).length >= 3, { what: 'three refusals' });
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

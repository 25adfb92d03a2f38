import { expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { startPrivateRedis } from './index.js';

it('runs the example of the README', async () => {
  const server = await startPrivateRedis();
  const redis = new Redis(server.url);
  await redis.set('quantum:kill', '0');

  expect(await redis.get('quantum:kill')).toBe('0');

  redis.disconnect();
  await server.stop();
}, 300_000); // the first start on a machine without Redis downloads one

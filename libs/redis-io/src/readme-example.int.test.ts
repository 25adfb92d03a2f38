import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { useRedis } from '@quantum/testing';
import { connectRedis, runBatch, untilReady } from './index.js';

const file = useRedis();

describe('the example in the README', () => {
  it('runs', async () => {
    const { url } = file.server;
    // example
    const redis = connectRedis({ url, host: 'localhost', port: 6379, db: 0 }, 'my-service');
    await untilReady(redis);
    const [score, target] = await runBatch(redis, [
      ['hmget', 'quantum:capital:efficiency:BTCUSDT', 'efficiency_score', 'confidence', 'ts'],
      ['hmget', 'quantum:allocation:target:BTCUSDT', 'target_usd', 'timestamp'],
    ]);
    if (score?.ok) console.assert(Array.isArray(score.value));
    redis.disconnect();
    // end
    expect(target).toEqual({ ok: true, value: [null, null] });
  });

  it('is the text of the README', () => {
    const example = /\/\/ example\n([\s\S]*?)\n *\/\/ end/.exec(readFileSync(__filename, 'utf8'))?.[1] ?? '';
    expect(readFileSync(join(__dirname, '..', 'README.md'), 'utf8')).toContain(example.replace(/^ {4}/gm, ''));
  });
});

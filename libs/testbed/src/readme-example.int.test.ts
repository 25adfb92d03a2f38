import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPrivateRedis, type PrivateRedis } from '@quantum/private-redis';
import { startService, until } from './index.js';

const mainFile = join(__dirname, '../../../dist/apps/governor-plugin/main.js');
const folder = mkdtempSync(join(tmpdir(), 'testbed-'));
const logFile = join(folder, 'governor.log');
let redis: PrivateRedis;
beforeAll(async () => {
  redis = await startPrivateRedis();
});
afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true });
});

describe('the example of the README', () => {
  it('holds', async () => {
    const governor = startService({ name: 'governor', mainFile, env: { REDIS_URL: redis.url }, logFile });
    await governor.listening();

    expect(await until(async () => (await governor.notReady()) === undefined, 20_000)).toBe(true);
    expect(await governor.metrics()).toContain('p32_');

    expect(await governor.stop()).toEqual({ code: 0, signal: null });
  });
});

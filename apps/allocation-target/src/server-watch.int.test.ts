import { afterEach, expect, it, jest } from '@jest/globals';
import { STREAMS } from '@quantum/redis-schemas';
import type { RunningService } from '@quantum/service-host';
import { putTarget, useRedis, waitFor, waitForEntry } from '@quantum/testing';
import { proposerService } from './service.js';

const file = useRedis();
const { redis } = file;

const abort = new AbortController();
let running: RunningService | undefined;
async function start(): Promise<(path: string) => Promise<string>> {
  const env = { REDIS_URL: file.server.url, METRICS_PORT: '0', LOG_LEVEL: 'fatal' };
  const { metricsUrl } = (running = await proposerService.start({ env, stopping: abort.signal }));
  return async (path) => {
    const response = await fetch(metricsUrl + path);
    return `${response.status} ${await response.text()}`;
  };
}

afterEach(async () => {
  abort.abort();
  await running?.stop();
  jest.restoreAllMocks();
});

it('a Redis that may evict keys and a clock that differs are logged, and stop no work', async () => {
  await redis().config('SET', 'maxmemory-policy', 'allkeys-lru');
  const realNow = Date.now;
  jest.spyOn(Date, 'now').mockImplementation(() => realNow() - 10_000);
  await putTarget(redis(), 'BTCUSDT', { now: realNow() / 1000, targetUsd: 1000 });
  const ask = await start();
  await waitForEntry(redis(), STREAMS.proposed);
  await waitFor(async () => /^503 .*our clock is .* s behind the clock of Redis/.test(await ask('/readyz')), {
    what: 'the reason',
  });
  const lines = (await ask('/metrics')).split('\n');
  const skew = lines.find((line) => line.startsWith('p29_shadow_clock_skew_seconds '));
  expect(Math.round(Number(skew?.split(' ')[1]))).toBe(-10);
  await waitFor(async () => (await ask('/metrics')).includes('p29_shadow_redis_evicts 1\n'), { what: 'the gauge' });
});

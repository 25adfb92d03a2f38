import { afterEach, it } from '@jest/globals';
import { createProposerMetrics } from '@quantum/metrics';
import { createTicker, defineConfig, port, sharedVariables, type Ticker } from '@quantum/service-kit';
import { useRedis, waitFor } from '@quantum/testing';
import { hostService, type RunningService } from './index.js';

const definition = defineConfig({
  ...sharedVariables,
  METRICS_PORT: port({ property: 'metricsPort', describe: 'Port', default: '0', anyFree: true }),
});
const file = useRedis();
const abort = new AbortController();
let running: RunningService | undefined;
afterEach(async () => {
  abort.abort();
  await running?.stop();
});

const heartbeat = hostService({
  name: 'heartbeat',
  definition,
  metrics: createProposerMetrics,
  build: ({ redis, checkServer, logger }) => {
    let beats = 0;
    let ticker: Ticker | undefined;
    const run = async () => {
      await checkServer();
      beats = await redis.incr('example:beats');
    };
    return {
      readiness: () => ({ ready: beats > 0 }),
      start: () => {
        ticker = createTicker({ intervalMs: 100, run, onError: (error) => { logger.warn(error); } }); // prettier-ignore
      },
      stop: async () => ticker?.stop(),
    };
  },
});

it('runs the example of the README', async () => {
  running = await heartbeat.start({ env: { REDIS_URL: file.server.url }, stopping: abort.signal });
  const { metricsUrl } = running;
  await waitFor(async () => (await fetch(`${metricsUrl}/readyz`)).ok, { what: 'the first beat' });
});

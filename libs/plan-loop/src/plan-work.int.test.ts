import { afterEach, describe, expect, it } from '@jest/globals';
import { createGovernorMetrics, type GovernorMetrics } from '@quantum/metrics';
import { hostService } from '@quantum/service-host';
import { defineConfig, port, sharedVariables } from '@quantum/service-kit';
import { useRedis, waitFor } from '@quantum/testing';
import { planWork } from './plan-work.js';

const file = useRedis();
const definition = defineConfig({
  ...sharedVariables,
  METRICS_PORT: port({ property: 'metricsPort', describe: 'Port', default: '0', anyFree: true }),
});

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Starts a service that serves no plan. Its count of failures, and its start. */
function start(env: Record<string, string>): { failures: () => Promise<number>; started: Promise<unknown> } {
  const stopping = new AbortController();
  const metrics: GovernorMetrics = createGovernorMetrics({ maxSymbols: 1 });
  const service = hostService({
    name: 'example',
    definition,
    metrics: () => metrics,
    build: (parts) =>
      planWork(parts, { streams: ['plans'], admit: () => Promise.resolve(), serve: () => Promise.resolve() }),
  });
  const started = service.start({
    env: { REDIS_URL: file.server.url, LOG_LEVEL: 'fatal', ...env },
    stopping: stopping.signal,
  });
  ends.push(async () => {
    stopping.abort();
    await started.then(
      (running) => running.stop(),
      () => undefined,
    );
  });
  const failures = async (): Promise<number> => {
    const text = await metrics.registry.metrics();
    return Number(/^p32_errors_total\{kind="redis"\} (\d+)/m.exec(text)?.[1]);
  };
  return { failures, started };
}

describe('a service that serves plans', () => {
  it.each([
    ['is not there', { REDIS_URL: 'redis://127.0.0.1:1' }],
    ['refuses the password', { REDIS_USERNAME: 'nobody', REDIS_PASSWORD: 'wrong' }],
  ])('counts its failures from the start on, where Redis %s', async (_what, env) => {
    const { failures } = start(env);
    await waitFor(async () => (await failures()) >= 5, { what: 'failures' });
  });

  it('counts none where Redis answers', async () => {
    const { failures, started } = start({});
    await started;
    expect(await failures()).toBe(0);
  });
});

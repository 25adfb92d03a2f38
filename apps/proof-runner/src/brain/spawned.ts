import { join } from 'node:path';
import { withRedis } from '@quantum/service-kit';
import { startService, type Service } from '@quantum/testbed';
import { randomRun } from '../fixture.js';
import type { Result } from '../result.js';
import { builtApps, logFolder, logsOf, startRedis, untilReady } from '../spawn.js';
import { brainProofsOf, proveBrain } from './prove-brain.js';

/** Periods of a second, and few of them, so that a run takes seconds. */
const ENV = {
  BRAIN_PERIOD_SEC: '1',
  P31_LOOP_SEC: '0.2',
  DISCOVERY_INTERVAL_SEC: '0.2',
  P31_STALE_SEC: '5',
  BRAIN_CONF_PERIODS: '3',
  BRAIN_PRIOR_SR_PER_DAY: '5',
};

export interface SpawnedBrainOptions {
  appsFolder: string;
  signal: AbortSignal;
}

/**
 * Runs the proofs of the brain on a private Redis and a brain with short periods. Both have ended when this settles.
 */
export async function proveSpawnedBrain(options: SpawnedBrainOptions): Promise<{ results: Result[]; logs: string }> {
  const [mainFile = ''] = builtApps(options.appsFolder, ['efficiency-brain']);
  const server = await startRedis();
  const logs = logFolder();
  const start = (): Service =>
    startService({
      name: 'efficiency-brain',
      mainFile,
      env: { ...ENV, REDIS_URL: server.url },
      logFile: join(logs.path, 'efficiency-brain.log'),
    });
  let brain = start();
  const replace = {
    kill: async () => {
      await brain.kill();
    },
    start: async () => {
      brain = start();
      await untilReady([brain], options.signal);
    },
  };
  try {
    await untilReady([brain], options.signal);
    const results = await proveOn(server.url, options, replace);
    return { results, logs: results.every(({ status }) => status === 'pass') ? '' : await logsOf([brain]) };
  } finally {
    await brain.stop();
    await server.stop();
    logs.remove();
  }
}

const proveOn = (
  url: string,
  { signal }: SpawnedBrainOptions,
  restart: { kill: () => Promise<void>; start: () => Promise<void> },
): Promise<Result[]> =>
  withRedis(url, {}, 'proof-runner', (redis) => {
    const proofs = brainProofsOf(randomRun());
    const options = { redis, proofs, fromId: '0-0', commands: [], signal, restart };
    return proveBrain({ ...options, onDuration: () => undefined });
  });

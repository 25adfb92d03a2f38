import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { STREAMS } from '@quantum/redis-schemas';
import { DEFAULT_SERVICES } from '@quantum/service-config';
import { CannotRun, createTicker } from '@quantum/service-kit';
import { startService, type Service } from '@quantum/testbed';
import type { RunResources } from '../run-resources.js';
import type { ServiceView } from '../view/view.js';
import { askReady, HEALTH_EVERY_MS, nextHealth, UNKNOWN_HEALTH } from './health.js';

const SERVICES = DEFAULT_SERVICES.map(({ app }, i) => ({ name: app, part: `step ${i + 1}` }));

export interface Services {
  /** Their health, as of the last check. */
  views(): ServiceView[];
  ask(): Promise<void>;
  /** Resolves to the first service whose process ends. */
  firstEnded: Promise<Service>;
}

/**
 * Starts both built services against a Redis, on ports of 127.0.0.1 that they choose. Variables of this process pass
 * through, so that `P31_MIN_CONF=0.8 npm start` works. @throws CannotRun
 */
export async function startServices(appsFolder: string, redisUrl: string, resources: RunResources): Promise<Services> {
  const watched = SERVICES.map(({ name, part }) => {
    const mainFile = join(appsFolder, name, 'main.js');
    if (!existsSync(mainFile)) throw new CannotRun(`${name} is not built: there is no ${mainFile}.`);
    return { name, part, mainFile };
  }).map(({ name, part, mainFile }) => {
    const env = {
      ...process.env,
      REDIS_URL: redisUrl,
      PROPOSE_STREAM_NAME: STREAMS.proposed,
      STREAM_PLANS: STREAMS.plans,
      STREAM_EVENTS: STREAMS.events,
    };
    const service = startService({ name, mainFile, env, logFile: join(resources.folder, `${name}.log`) });
    return { service, part, health: UNKNOWN_HEALTH };
  });
  resources.add(async () => {
    await Promise.all(watched.map(({ service }) => service.stop()));
  });
  // A service that cannot start ends. The run then ends with it, and shows its log.
  await Promise.allSettled(watched.map(({ service }) => service.listening()));

  const ask = async () => {
    await Promise.all(
      watched.map(async (one) => {
        one.health = nextHealth(one.health, await askReady(one.service.url));
      }),
    );
  };
  const ticker = createTicker({ intervalMs: HEALTH_EVERY_MS, run: ask, onError: () => undefined });
  resources.add(() => ticker.stop());
  return {
    views: () =>
      watched.map(({ service, part, health }) => {
        return { name: service.name, part, metricsUrl: service.url ?? '', health, ended: service.ended };
      }),
    ask,
    firstEnded: Promise.race(watched.map(({ service }) => service.exited.then(() => service))),
  };
}

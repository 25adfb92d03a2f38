import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { STREAMS } from '@quantum/redis-schemas';
import { createTicker } from '@quantum/service-kit';
import { CannotRun } from '../failure.js';
import type { Stage } from '../stage.js';
import type { ServiceView } from '../view/view.js';
import { askReady, HEALTH_EVERY_MS, nextHealth, UNKNOWN_HEALTH } from './health.js';
import { freePorts } from './ports.js';
import { startService, type Service } from './service.js';

const SERVICES = [
  { name: 'allocation-target', part: 'step 1' },
  { name: 'governor-plugin', part: 'step 2' },
] as const;

/** Both services, running and watched. */
export interface Services {
  /** How they are, as of the last question. */
  views(): ServiceView[];
  /** Asks both now. */
  ask(): Promise<void>;
  /** Resolves to the first service whose process ends. */
  firstEnded: Promise<Service>;
}

/** Starts both built services against a Redis, on free ports of 127.0.0.1. @throws CannotRun */
export async function startServices(appsFolder: string, redisUrl: string, stage: Stage): Promise<Services> {
  const ports = await freePorts(SERVICES.length);
  const watched = SERVICES.map(({ name, part }, index) => {
    const mainFile = join(appsFolder, name, 'main.js');
    if (!existsSync(mainFile)) throw new CannotRun(`${name} is not built: there is no ${mainFile}.`);
    return { name, part, mainFile, port: String(ports[index]) };
  }).map(({ name, part, mainFile, port }) => {
    const env = {
      REDIS_URL: redisUrl,
      METRICS_HOST: '127.0.0.1',
      METRICS_PORT: port,
      PROPOSE_STREAM_NAME: STREAMS.proposed,
      STREAM_PLANS: STREAMS.plans,
      STREAM_EVENTS: STREAMS.events,
    };
    const service = startService({ name, mainFile, env, logFile: join(stage.folder, `${name}.log`) });
    return { service, part, metricsUrl: `http://127.0.0.1:${port}`, health: UNKNOWN_HEALTH };
  });
  const killAll = () => {
    for (const { service } of watched) service.kill();
  };
  process.once('exit', killAll);
  stage.add(async () => {
    await Promise.all(watched.map(({ service }) => service.stop()));
    process.off('exit', killAll);
  });

  const ask = async () => {
    await Promise.all(
      watched.map(async (one) => {
        one.health = nextHealth(one.health, await askReady(one.metricsUrl));
      }),
    );
  };
  const ticker = createTicker({ intervalMs: HEALTH_EVERY_MS, run: ask, onError: () => undefined });
  stage.add(() => ticker.stop());
  return {
    views: () =>
      watched.map(({ service, part, metricsUrl, health }) => {
        return { name: service.name, part, metricsUrl, health, ended: service.ended };
      }),
    ask,
    firstEnded: Promise.race(watched.map(({ service }) => service.exited.then(() => service))),
  };
}

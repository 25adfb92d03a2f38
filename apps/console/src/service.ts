import { createConsoleMetrics, type ConsoleMetrics } from '@quantum/metrics';
import { runBatch } from '@quantum/redis-io';
import { consoleDefinition } from '@quantum/service-config';
import { hostService, UnsupportedRedisError, type ServiceParts, type Work } from '@quantum/service-host';
import { createTicker, FailureLog, type Ticker } from '@quantum/service-kit';
import { startPageServer, type PageServer } from './page-server.js';

/** Well within the 30 s of the unit's watchdog. */
const INTERVAL_MS = 5000;

type Parts = ServiceParts<(typeof consoleDefinition)['variables'], ConsoleMetrics, object>;

/** Shows what the services do, to operators. Its Redis user has no command that writes. */
export const consoleService = hostService({
  name: 'console',
  definition: consoleDefinition,
  metrics: createConsoleMetrics,
  build,
});

function build({ checkServer, config, logger, metrics, redis, systemd }: Parts): Work {
  const log = new FailureLog(logger);
  let page: PageServer | undefined;
  let ticker: Ticker | undefined;

  const ask = async (): Promise<void> => {
    try {
      await checkServer();
      const [reply] = await runBatch(redis, [['ping']]);
      if (reply?.ok === false) throw reply.error;
      log.succeeded('Redis answers again', { quietStart: true });
    } catch (error) {
      if (error instanceof UnsupportedRedisError) throw error;
      log.failed(error as Error, 'Redis does not answer');
    }
    systemd.progress();
  };

  return {
    readiness: () =>
      redis.status === 'ready' ? { ready: true } : { ready: false, reason: `Redis is not connected (${redis.status})` },
    start: async (metricsUrl) => {
      page = await startPageServer({
        host: config.consoleHost,
        port: config.consolePort,
        token: config.authToken,
        onAnswer: (status) => {
          metrics.requests.inc({ status });
        },
      });
      ticker = createTicker({ intervalMs: INTERVAL_MS, run: ask, onError: crash });
      systemd.ready();
      logger.info({ metrics: metricsUrl, page: page.url }, 'running');
    },
    stop: async () => {
      await page?.close();
      await ticker?.stop();
    },
  };
}

/** A server that is too old stays too old: as an uncaught exception it is logged and ends the process. */
function crash(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

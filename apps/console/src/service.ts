import type { Snapshot } from '@quantum/read-model';
import { createConsoleMetrics, type ConsoleMetrics } from '@quantum/metrics';
import { consoleDefinition } from '@quantum/service-config';
import { hostService, UnsupportedRedisError, type ServiceParts, type Work } from '@quantum/service-host';
import { createTicker, FailureLog, type Ticker } from '@quantum/service-kit';
import { EventHub } from './events/hub.js';
import { emptyModel, modelLoop } from './model-loop.js';
import { createPages } from './page/pages.js';
import { CSP } from './page/assets.js';
import { startPageServer, type PageServer } from './server/page-server.js';

/**
 * A change that comes by a stream is on the page within a second, also beside 10,000 symbols that all change: they take
 * most of it.
 */
const INTERVAL_MS = 250;

type Parts = ServiceParts<(typeof consoleDefinition)['variables'], ConsoleMetrics, object>;

/** Shows what the services do, to operators. Its Redis user has no command that writes. */
export const consoleService = hostService({
  name: 'console',
  definition: consoleDefinition,
  metrics: createConsoleMetrics,
  build,
});

function build({ checkServer, clock, config, logger, metrics, redis, systemd }: Parts): Work {
  const log = new FailureLog(logger);
  const first = emptyModel();
  const loop = modelLoop(redis, first);
  const hub = new EventHub({ snapshot: first.snapshot, process: Math.floor(clock.wallSec() * 1000).toString(36) });
  let page: PageServer | undefined;
  let ticker: Ticker | undefined;

  const readSnapshot = async (): Promise<Snapshot> => {
    const snapshot = await loop.step();
    hub.show(snapshot);
    metrics.clients.set(hub.clients);
    return snapshot;
  };
  const step = async (): Promise<void> => {
    const startMs = clock.steadyMs();
    try {
      await checkServer();
      let snapshot = await readSnapshot();
      // What came meanwhile has waited long enough, and does not wait for the next turn too.
      if (clock.steadyMs() - startMs > INTERVAL_MS) snapshot = await readSnapshot();
      if (!snapshot.redis.isAnswering) throw new Error(snapshot.redis.why);
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
        pages: createPages({ clock, hub, redis }),
        hub,
        csp: CSP,
        onAnswer: (status) => {
          metrics.requests.inc({ status });
        },
      });
      ticker = createTicker({ intervalMs: INTERVAL_MS, run: step, onError: crash });
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

import type { Clock } from '@quantum/clock';
import type { GovernorMetrics } from '@quantum/metrics';
import { untilReady, type Redis } from '@quantum/redis-io';
import type { HostMetrics, HostVariables, ServiceParts, Work } from '@quantum/service-host';
import { Health } from './health.js';

/** What the host hands over, as far as the work needs it. */
export type PlanParts = Pick<
  ServiceParts<HostVariables, HostMetrics, object>,
  'checkServer' | 'clock' | 'connect' | 'logger' | 'redis' | 'stopping' | 'systemd' | 'watch'
> & { readonly metrics: Pick<GovernorMetrics, 'errors'> };

/** What the loop of one plan stream needs of its own. */
export interface StreamLoop {
  readonly stream: string;
  /** A connection for reads that block: no two loops can share one. */
  readonly blocking: Redis;
  /** As of `PlanLoopOptions`. */
  readonly onRound: (error?: Error) => void;
}

/** What differs between services that serve plans. */
export interface PlanWork {
  /** The plan streams, at least one; each is served by a loop of its own. */
  readonly streams: readonly string[];
  /**
   * What comes before the first plan; the server has been checked. @throws Error that says why the service must not
   * start.
   */
  readonly admit: () => Promise<void>;
  /** Serves plans until stopped, by a loop for each stream. `clock`: the time of decisions. */
  readonly serve: (loops: readonly StreamLoop[], clock: Clock) => Promise<void>;
}

/**
 * A service that serves plans as soon as Redis is there: ready while its rounds end. Its start fails where `admit`
 * refuses.
 */
export function planWork(parts: PlanParts, { streams, admit, serve }: PlanWork): Work {
  const { checkServer, redis, stopping, watch } = parts;
  const health = new Health(parts.logger, parts.systemd, parts.clock, streams);
  const loops = streams.map((stream): StreamLoop => ({
    stream,
    blocking: parts.connect('reader'),
    onRound: (error) => {
      if (error) health.failed(stream, error);
      else health.roundEnded(stream);
    },
  }));
  let served: Promise<void> | undefined;
  return {
    readiness: () => health.readiness(),
    connection: {
      onError: (error) => {
        // No round runs yet that would count it: alerts must see a service that waits for Redis.
        if (served === undefined) parts.metrics.errors.inc({ kind: 'redis' });
        health.connectionFailed(error);
      },
    },
    start: async () => {
      await orStopped(Promise.all([redis, ...loops.map(({ blocking }) => blocking)].map(untilReady)), stopping);
      await checkServer();
      await watch.check();
      await admit();
      served = serve(loops, watch.decisionClock(parts.clock));
    },
    stop: async () => {
      await served;
    },
  };
}

/** Waits for `work`, but not beyond the order to stop. */
async function orStopped(work: Promise<unknown>, stopping: AbortSignal): Promise<void> {
  stopping.throwIfAborted();
  const stopped = new Promise<never>((_resolve, reject) => {
    stopping.addEventListener('abort', () => {
      reject(new Error('stopped before Redis was there'));
    });
  });
  await Promise.race([work, stopped]);
}

import type { Clock } from '@quantum/clock';
import { untilReady, type Redis } from '@quantum/redis-io';
import type { HostMetrics, HostVariables, ServiceParts, Work } from '@quantum/service-host';
import { Health } from './health.js';

/** What the host hands over, as far as the work needs it. */
export type PlanParts = Pick<
  ServiceParts<HostVariables, HostMetrics, object>,
  'checkServer' | 'clock' | 'connect' | 'logger' | 'redis' | 'stopping' | 'systemd' | 'watch'
>;

/** What differs between services that serve plans. */
export interface PlanWork {
  /** What comes before the first plan; the server has been checked. @throws Error that says why the service must not start. */
  readonly admit: () => Promise<void>;
  /**
   * Serves plans until stopped. `blocking`: a connection for reads that block. `clock`: the time of decisions.
   * `onRound`: as of `PlanLoopOptions`.
   */
  readonly serve: (loop: { blocking: Redis; clock: Clock; onRound: (error?: Error) => void }) => Promise<void>;
}

/** A service that serves plans as soon as Redis is there: ready while its rounds end. Its start fails where `admit` refuses. */
export function planWork(parts: PlanParts, { admit, serve }: PlanWork): Work {
  const { checkServer, redis, stopping, watch } = parts;
  const health = new Health(parts.logger, parts.systemd, parts.clock);
  const blocking = parts.connect('reader');
  let served: Promise<void> | undefined;
  return {
    readiness: () => health.readiness(),
    connection: {
      onError: (error) => {
        health.connectionFailed(error);
      },
    },
    start: async () => {
      await orStopped(Promise.all([untilReady(redis), untilReady(blocking)]), stopping);
      await checkServer();
      await watch.check();
      await admit();
      const onRound = (error?: Error): void => {
        if (error) health.failed(error);
        else health.roundEnded();
      };
      served = serve({ blocking, clock: watch.decisionClock(parts.clock), onRound });
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

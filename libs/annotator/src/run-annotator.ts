import type { Clock } from '@quantum/clock';
import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { PermitDecorator } from '@quantum/permit-decorators';
import { newConsumerName, runPlanLoop } from '@quantum/plan-loop';
import { BatchError, runBatch, StreamConsumer, type Command, type Redis } from '@quantum/redis-io';
import { ANNOTATE_GROUP, type Permit } from '@quantum/redis-schemas';
import type { AnnotatorConfig } from '@quantum/service-config';
import type { AnnotateObserver } from './annotate-observer.js';
import { Annotator } from './annotator.js';
import { pauseMs } from './pacing.js';
import { PermitWatch } from './permit-watch.js';

/** How often the server's settings are looked at, a summary is logged and old series are removed, ms. */
const HOUSEKEEPING_MS = 10_000;
/** Entry ids per command, when their claim is renewed. */
const CLAIM_COUNT = 1000;
/** Pause after a step that failed, ms. */
const RETRY_MS = 200;

export interface RunAnnotatorOptions {
  config: Pick<AnnotatorConfig, 'plansStream' | 'planMaxAgeSec' | 'claimIdleSec'>;
  /** What adds to permits now. */
  decorators: () => readonly PermitDecorator<Partial<Permit>>[];
  observer: AnnotateObserver;
  clock: Clock;
  redis: Redis;
  /** A connection for reads that block. */
  blocking: Redis;
  /** A connection for subscriptions. Without one, permits are found by asking: masters of a Cluster announce only their own. */
  subscriber: Redis | undefined;
  db: number;
  /** Called after every round of the plan loop that got on; `error` is set for one that failed. */
  onRound: (error?: Error) => void;
  stopping: AbortSignal;
}

/** Follows the plans and annotates their permits until stopped; resolves when everything in flight is done. */
export async function runAnnotator(options: RunAnnotatorOptions): Promise<void> {
  const { config, decorators, observer, redis, blocking, subscriber, clock, onRound, stopping } = options;
  const member = { stream: config.plansStream, group: ANNOTATE_GROUP, consumer: newConsumerName() };
  const consumer = new StreamConsumer(redis, blocking, {
    ...member,
    onLost: (loss) => {
      observer.lost(loss);
    },
    onUncounted: (error) => {
      observer.error('losses_uncounted', error);
    },
  });
  const news = new EventEmitter();
  const annotator = new Annotator({
    redis,
    consumer,
    decorators,
    observer,
    clock,
    planMaxAgeSec: config.planMaxAgeSec,
    onWaiting: () => {
      news.emit('waiting');
    },
  });
  const watch = watchPermits(options, annotator);
  const loops = [
    runPlanLoop({
      consumer,
      governor: annotator,
      observer,
      planMaxAgeSec: config.planMaxAgeSec,
      claimIdleSec: config.claimIdleSec,
      clock,
      onRound,
      stopping,
    }),
    repeat(options, async () => {
      if (annotator.waitingCount === 0) await once(news, 'waiting', { signal: stopping });
      const startMs = clock.steadyMs();
      await annotator.lookForPermits();
      return pauseMs(watch?.live === true, clock.steadyMs() - startMs);
    }),
    repeat(options, async () => {
      await annotator.acknowledge(); // what could not be, also where no plan comes that would try it again
      await keepEntries(redis, member, annotator.heldIds);
      return (config.claimIdleSec * 1000) / 3;
    }),
    repeat(options, async () => {
      observer.prune(clock.steadyMs());
      observer.summarise();
      if (subscriber && subscriber.status !== 'ready') await once(subscriber, 'ready', { signal: stopping });
      await watch?.refresh();
      return HOUSEKEEPING_MS;
    }),
  ];
  await Promise.all(loops);
  await annotator.settled();
  observer.summarise();
}

/** Hears of permits as they are set, where there is a connection for it. */
function watchPermits(
  { redis, subscriber, db, observer }: RunAnnotatorOptions,
  annotator: Annotator,
): PermitWatch | undefined {
  if (!subscriber) return undefined;
  return new PermitWatch({
    redis,
    subscriber,
    db,
    onAnnounced: (planId) => {
      annotator.announced(planId);
    },
    onChange: (channels) => {
      observer.watching(channels);
    },
  });
}

/** Runs a step over and over; it answers how long to pause. One that fails is tried again. */
async function repeat({ stopping, observer }: RunAnnotatorOptions, step: () => Promise<number>): Promise<void> {
  while (!stopping.aborted) {
    const pause = await step().catch((error: unknown) => {
      if (!stopping.aborted) observer.error(error instanceof BatchError ? 'redis' : 'unanswered', error as Error);
      return RETRY_MS;
    });
    await delay(pause, undefined, { signal: stopping }).catch(() => undefined);
  }
}

/** Keeps entries in flight from other replicas: their idle time starts anew, their delivery counts stay. */
async function keepEntries(
  redis: Redis,
  { stream, group, consumer }: { stream: string; group: string; consumer: string },
  ids: readonly string[],
): Promise<void> {
  const commands: Command[] = [];
  for (let from = 0; from < ids.length; from += CLAIM_COUNT) {
    commands.push(['xclaim', stream, group, consumer, 0, ...ids.slice(from, from + CLAIM_COUNT), 'JUSTID']);
  }
  await runBatch(redis, commands);
}

import type { Clock } from '@quantum/clock';
import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { AnnotatorMetrics } from '@quantum/metrics';
import type { PermitDecorator } from '@quantum/permit-decorators';
import { BatchSemaphore, newConsumerName, runPlanLoop, type StreamLoop } from '@quantum/plan-loop';
import { BatchError, runBatch, StreamConsumer, type Command, type Redis } from '@quantum/redis-io';
import { ANNOTATE_GROUP, type Permit } from '@quantum/redis-schemas';
import type { AnnotatorConfig } from '@quantum/service-config';
import type { Logger } from '@quantum/service-kit';
import { AnnotateTelemetry } from './annotate-telemetry.js';
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
  config: Pick<AnnotatorConfig, 'planMaxAgeSec' | 'claimIdleSec'>;
  /** What adds to permits now. */
  decorators: () => readonly PermitDecorator<Partial<Permit>>[];
  metrics: AnnotatorMetrics;
  logger: Logger;
  clock: Clock;
  redis: Redis;
  /** One for each stream of plans. */
  loops: readonly StreamLoop[];
  /**
   * A connection for subscriptions. Without one, permits are found by asking: masters of a Cluster announce only their
   * own.
   */
  subscriber: Redis | undefined;
  db: number;
  stopping: AbortSignal;
}

/** What annotates the plans of one stream. */
interface Member {
  telemetry: AnnotateTelemetry;
  consumer: StreamConsumer;
  annotator: Annotator;
  /** The consumer's position, for the claims that keep its entries. */
  position: { stream: string; group: string; consumer: string };
  /** Resolves when plans have come that wait for their permits. */
  untilWaiting: () => Promise<unknown>;
  onRound: StreamLoop['onRound'];
}

/** What the members of a process share. */
interface Shared {
  watch: PermitWatch | undefined;
  semaphore: BatchSemaphore;
}

/**
 * Follows the plans of all streams and annotates their permits until stopped; resolves when everything in flight is
 * done.
 */
export async function runAnnotator(options: RunAnnotatorOptions): Promise<void> {
  const { subscriber, clock, metrics, logger, loops, stopping } = options;
  /** Of what is common to all streams. */
  const ofAll = new AnnotateTelemetry(metrics, logger);
  const members = loops.map((loop) => createMember(options, loop));
  const semaphore = new BatchSemaphore();
  const watch = watchPermits(options, ofAll, members);
  await Promise.all([
    ...members.map((member) => follow(options, member, { watch, semaphore })),
    repeat(options, ofAll, async () => {
      for (const { telemetry } of members) {
        telemetry.prune(clock.steadyMs());
        telemetry.summarise();
      }
      if (subscriber && subscriber.status !== 'ready') await once(subscriber, 'ready', { signal: stopping });
      await watch?.refresh();
      return HOUSEKEEPING_MS;
    }),
  ]);
  for (const { annotator } of members) await annotator.settled();
  for (const { telemetry } of members) telemetry.summarise();
}

function createMember(options: RunAnnotatorOptions, { stream, blocking, onRound }: StreamLoop): Member {
  const { config, decorators, metrics, logger, redis, loops, clock, stopping } = options;
  const telemetry = new AnnotateTelemetry(metrics, loops.length === 1 ? logger : logger.child({ stream }));
  const position = { stream, group: ANNOTATE_GROUP, consumer: newConsumerName() };
  const consumer = new StreamConsumer(redis, blocking, {
    ...position,
    onGap: (gap) => {
      telemetry.lost(gap);
    },
    onUncounted: (error) => {
      telemetry.error('losses_uncounted', error);
    },
  });
  const news = new EventEmitter();
  const annotator = new Annotator({
    redis,
    consumer,
    decorators,
    telemetry,
    clock,
    planMaxAgeSec: config.planMaxAgeSec,
    onWaiting: () => {
      news.emit('waiting');
    },
  });
  const untilWaiting = (): Promise<unknown> => once(news, 'waiting', { signal: stopping });
  return { telemetry, consumer, annotator, position, untilWaiting, onRound };
}

/** Follows the plans of one stream and annotates their permits until stopped. */
async function follow(options: RunAnnotatorOptions, member: Member, { watch, semaphore }: Shared): Promise<void> {
  const { config, clock, redis, stopping } = options;
  const { consumer, annotator, telemetry, position, untilWaiting, onRound } = member;
  await Promise.all([
    runPlanLoop({
      consumer,
      governor: annotator,
      telemetry,
      semaphore,
      planMaxAgeSec: config.planMaxAgeSec,
      claimIdleSec: config.claimIdleSec,
      clock,
      onRound,
      stopping,
    }),
    repeat(options, telemetry, async () => {
      if (annotator.waitingCount === 0) await untilWaiting();
      const startMs = clock.steadyMs();
      await annotator.lookForPermits();
      return pauseMs(watch?.live === true, clock.steadyMs() - startMs);
    }),
    repeat(options, telemetry, async () => {
      await annotator.acknowledge(); // what could not be, also where no plan comes that would try it again
      await keepEntries(redis, position, annotator.heldIds);
      return (config.claimIdleSec * 1000) / 3;
    }),
  ]);
}

/** Hears of permits as they are set, where there is a connection for it. */
function watchPermits(
  { redis, subscriber, db }: RunAnnotatorOptions,
  telemetry: AnnotateTelemetry,
  members: readonly Member[],
): PermitWatch | undefined {
  if (!subscriber) return undefined;
  return new PermitWatch({
    redis,
    subscriber,
    db,
    onAnnounced: (planId) => {
      for (const { annotator } of members) annotator.announced(planId);
    },
    onChange: (channels) => {
      telemetry.watching(channels);
    },
  });
}

/** Runs a step over and over; it answers how long to pause. One that fails is tried again. */
async function repeat(
  { stopping }: RunAnnotatorOptions,
  telemetry: AnnotateTelemetry,
  step: () => Promise<number>,
): Promise<void> {
  while (!stopping.aborted) {
    const pause = await step().catch((error: unknown) => {
      if (!stopping.aborted) telemetry.error(error instanceof BatchError ? 'redis' : 'unanswered', error as Error);
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

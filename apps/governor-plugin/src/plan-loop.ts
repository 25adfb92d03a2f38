import { steadyClock } from '@quantum/service-kit';
import { NoGroupError, type StreamConsumer, type StreamEntry } from '@quantum/redis-io';
import { CONSUMER_PREFIX } from './consumer-name.js';
import type { Governor } from './governor.js';
import type { Losses } from './losses.js';
import type { Observer } from './observer.js';
import { Trouble } from './trouble.js';

/**
 * Entries read at a time. Three reads are in hand: of 200 each, what the collector of garbage had to copy cost 6 us a plan
 * more than of 100.
 */
const READ_COUNT = 100;
/** How long a read waits for new entries, ms: also the longest that a stop waits for an idle loop. */
const BLOCK_MS = 1000;
/** Pause after a failed round, ms, so that a Redis that is away is not asked in a tight loop. */
const RETRY_MS = 200;
/** A consumer of ours that holds nothing has left when it was not heard of for so long, seconds: one that lives reads. */
const LEFT_AFTER_SEC = 60;

export interface PlanLoopOptions {
  consumer: StreamConsumer;
  governor: Pick<Governor, 'serve'>;
  observer: Observer;
  planMaxAgeSec: number;
  claimIdleSec: number;
  /** Reports lost plans; without it they are not reported as events. */
  losses?: Pick<Losses, 'report'>;
  /** Unix seconds with a fraction. */
  nowSec: () => number;
  /** Called after every round that got on; `error` is set for one that failed. */
  onRound: (error?: Error) => void;
  stopping: AbortSignal;
}

/**
 * Consumes the plan stream until told to stop: take over what was left behind, read what is new, serve, acknowledge. In
 * the end it leaves the group.
 */
export async function runPlanLoop(options: PlanLoopOptions): Promise<void> {
  await serveUntilStopped(options);
  try {
    await options.consumer.leave();
  } catch {
    // Redis is away: another consumer removes this one later.
  }
}

async function serveUntilStopped(options: PlanLoopOptions): Promise<void> {
  const { consumer, observer, nowSec } = options;
  const stopped = (): boolean => options.stopping.aborted;
  const claimEverySec = options.claimIdleSec / 2;
  const leftAfterMs = 1000 * Math.max(LEFT_AFTER_SEC, 10 * options.claimIdleSec);
  const unacknowledged = new Set<string>();
  // What is pending is tried again every so often, so that trouble that lasts is met again before it is forgotten.
  const trouble = new Trouble(4000 * options.claimIdleSec);
  let grouped = false;
  let isAnswered = false; // a round ended well since the start or the last failure: readiness waits for one, not for a plan
  let nextClaimSec = 0;
  let served = 0;
  // The next read is on its way while what it follows is served: Redis reads while this process works.
  let reading: Promise<StreamEntry[]> | undefined;
  const read = (): Promise<StreamEntry[]> => {
    const begun = consumer.readNew(READ_COUNT, isAnswered ? BLOCK_MS : 1);
    begun.catch(() => undefined); // whoever waits for it hears of it
    return begun;
  };

  // A batch is left in hand while the next one begins: neither Redis nor a plan that has come waits for its end.
  let serving = Promise.resolve(0);
  const begin = (entries: readonly StreamEntry[]): void => {
    serving = serveAndAck(options, entries, unacknowledged);
    serving.catch(() => undefined);
  };
  const ended = (): Promise<number> => {
    const last = serving;
    serving = Promise.resolve(0);
    return last;
  };

  while (!stopped()) {
    try {
      if (!grouped) {
        await ensureGroup(options);
        grouped = true;
      }
      const now = nowSec();
      if (now >= nextClaimSec || now < nextClaimSec - claimEverySec) {
        served += await ended();
        nextClaimSec = now + claimEverySec;
        await acknowledge(consumer, unacknowledged); // or what is done could be trimmed, and be taken for lost
        for await (const entries of consumer.claimIdle(options.claimIdleSec * 1000, READ_COUNT)) {
          served += await serveAndAck(options, entries, unacknowledged);
          if (stopped()) break;
        }
        if (stopped()) break;
        observer.removedConsumers(await consumer.removeIdle(CONSUMER_PREFIX, leftAfterMs));
      }
      const ahead = reading ?? read();
      reading = undefined;
      const entries = await ahead;
      if (!stopped()) reading = read();
      const earlier = ended();
      begin(entries);
      served += await earlier;
      if (entries.length === 0) served += await ended();
      await options.losses?.report();
      options.onRound(trouble.after(served, observer.takeUnanswered(), steadyClock.now()));
      served = 0;
      isAnswered = true;
    } catch (error) {
      if (stopped()) break;
      isAnswered = false;
      if (error instanceof NoGroupError) {
        grouped = false;
        unacknowledged.clear();
        observer.error('no_group');
        continue;
      }
      observer.error('redis', error as Error);
      options.onRound(error as Error);
      await pause(RETRY_MS, options.stopping);
    }
  }
  await ended().catch(() => 0);
  try {
    if (reading) await serveAndAck(options, await reading, unacknowledged);
  } catch {
    // What it brought, if anything, is taken over by another consumer.
  }
}

/**
 * The group starts at the oldest plan that is still young enough: none is served late, no fresh one is missed. By the
 * server's clock, which gave the plans their ids, where ours is ahead of it: else it would pass over what is fresh.
 */
async function ensureGroup({ consumer, planMaxAgeSec, nowSec }: PlanLoopOptions): Promise<void> {
  const ourMs = nowSec() * 1000;
  const nowMs = Math.min(ourMs, (await consumer.serverTimeMs()) ?? ourMs);
  await consumer.ensureGroup(`${Math.max(0, Math.floor(nowMs - planMaxAgeSec * 1000))}-0`);
}

/** Answers how many entries are done. */
async function serveAndAck(
  { consumer, governor, nowSec }: PlanLoopOptions,
  entries: readonly StreamEntry[],
  unacknowledged: Set<string>,
): Promise<number> {
  if (entries.length === 0) return 0;
  const done = await governor.serve(entries, nowSec());
  for (const id of done) unacknowledged.add(id);
  await acknowledge(consumer, unacknowledged);
  return done.length;
}

/** Acknowledges what is done; what could not be stays in the set. */
async function acknowledge(consumer: StreamConsumer, done: Set<string>): Promise<void> {
  const ids = [...done];
  await consumer.ack(ids);
  for (const id of ids) done.delete(id);
}

function pause(ms: number, stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stopping.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    stopping.addEventListener('abort', done);
  });
}

import { NoGroupError, type StreamConsumer } from '@quantum/redis-io';
import type { Governor } from './governor.js';
import type { Observer } from './observer.js';

/** Entries read at a time. To be measured; large enough that round trips do not dominate. */
const READ_COUNT = 200;
/** How long a read waits for new entries, ms: also the longest that a stop waits for an idle loop. */
const BLOCK_MS = 1000;
/** Pause after a failed round, ms, so that a Redis that is away is not asked in a tight loop. */
const RETRY_MS = 200;

export interface PlanLoopOptions {
  consumer: StreamConsumer;
  governor: Pick<Governor, 'serve'>;
  observer: Observer;
  planMaxAgeSec: number;
  claimIdleSec: number;
  /** Unix seconds with a fraction. */
  nowSec: () => number;
  /** Called after every round that got on; `error` is set for one that failed. */
  onRound: (error?: Error) => void;
  stopping: AbortSignal;
}

/** Consumes the plan stream until told to stop: take over what was left behind, read what is new, serve, acknowledge. */
export async function runPlanLoop(options: PlanLoopOptions): Promise<void> {
  const { consumer, observer, nowSec } = options;
  const stopped = (): boolean => options.stopping.aborted;
  const claimEverySec = options.claimIdleSec / 2;
  let grouped = false;
  let nextClaimSec = 0;

  while (!stopped()) {
    try {
      if (!grouped) {
        await ensureGroup(options);
        grouped = true;
      }
      const now = nowSec();
      if (now >= nextClaimSec || now < nextClaimSec - claimEverySec) {
        nextClaimSec = now + claimEverySec;
        for await (const { entries, deletedIds } of consumer.claimIdle(options.claimIdleSec * 1000, READ_COUNT)) {
          observer.lost(deletedIds);
          await serveAndAck(options, entries);
          if (stopped()) return;
        }
      }
      await serveAndAck(options, await consumer.readNew(READ_COUNT, BLOCK_MS));
      options.onRound();
    } catch (error) {
      if (stopped()) return;
      if (error instanceof NoGroupError) {
        grouped = false;
        observer.error('no_group');
        continue;
      }
      observer.error('redis', error as Error);
      options.onRound(error as Error);
      await pause(RETRY_MS, options.stopping);
    }
  }
}

/** The group starts at the oldest plan that is still young enough: none is served late, no fresh one is missed. */
async function ensureGroup({ consumer, planMaxAgeSec, nowSec }: PlanLoopOptions): Promise<void> {
  await consumer.ensureGroup(`${Math.max(0, Math.floor((nowSec() - planMaxAgeSec) * 1000))}-0`);
}

async function serveAndAck(
  { consumer, governor, nowSec }: PlanLoopOptions,
  entries: Parameters<Governor['serve']>[0],
): Promise<void> {
  if (entries.length === 0) return;
  await consumer.ack(await governor.serve(entries, nowSec()));
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

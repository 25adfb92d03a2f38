import { permitKey } from '@quantum/redis-schemas';
import { consumePermits, repeat, type Activity, type ConsumedPermit } from '@quantum/testbed';
import type { Redis } from 'ioredis';

const EVERY_MS = 50;
const SCAN_COUNT = 1000;

/** Stands in for the Apply Layer: consumes every permit that appears, and records it. */
export interface ApplyLayer extends Activity {
  readonly consumed: readonly ConsumedPermit[];
  sweep: () => Promise<void>;
  /** Clears the record: Redis lost its data too. */
  forget: () => void;
}

/** It finds permits by SCAN, so that a permit without a plan is found as well. */
export function startApplyLayer(redis: Redis): ApplyLayer {
  const consumed: ConsumedPermit[] = [];
  const prefix = permitKey('');

  async function sweep(): Promise<void> {
    const planIds = new Set<string>();
    let cursor = '0';
    do {
      const [next, found] = await redis.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', SCAN_COUNT);
      for (const key of found) planIds.add(key.slice(prefix.length));
      cursor = next;
    } while (cursor !== '0');
    consumed.push(...(await consumePermits(redis, [...planIds])));
  }

  const activity = repeat(sweep, EVERY_MS);
  return {
    consumed,
    sweep,
    forget: () => {
      consumed.length = 0;
    },
    stop: activity.stop,
  };
}

import { permitKey } from '@quantum/redis-schemas';
import { consumePermits, repeat, type Activity, type ConsumedPermit } from '@quantum/testbed';
import type { Redis } from 'ioredis';

const EVERY_MS = 50;
const SCAN_COUNT = 1000;

/** Stands in for the Apply Layer: consumes every permit that appears, and remembers it. */
export interface ApplyLayer extends Activity {
  readonly consumed: readonly ConsumedPermit[];
  /** Consumes what is there now. */
  sweep: () => Promise<void>;
  /** Forgets what was consumed: Redis has forgotten it too. */
  forget: () => void;
}

/** It looks for permits by SCAN, so that one of a plan that nobody added is found as well. */
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

import { permitKey } from '@quantum/redis-schemas';
import { consumePermits, repeat, type Activity, type ConsumedPermit } from '@quantum/testbed';
import { Cluster, type Redis } from 'ioredis';

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
export function startApplyLayer(redis: Redis | Cluster): ApplyLayer {
  const consumed: ConsumedPermit[] = [];
  const prefix = permitKey('');

  async function sweep(): Promise<void> {
    const planIds = new Set<string>();
    const masters = redis instanceof Cluster ? redis.nodes('master') : [redis];
    for (const master of masters) {
      let cursor = '0';
      do {
        const [next, found] = await master.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', SCAN_COUNT);
        for (const key of found) planIds.add(key.slice(prefix.length));
        cursor = next;
      } while (cursor !== '0');
    }
    // In a Cluster each by itself: their keys are in many slots.
    const parts = redis instanceof Cluster ? [...planIds].map((planId) => [planId]) : [[...planIds]];
    for (const taken of await Promise.all(parts.map((part) => consumePermits(redis, part)))) consumed.push(...taken);
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

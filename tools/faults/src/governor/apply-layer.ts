import { PERMIT_TTL_SEC, permitKey } from '@quantum/redis-schemas';
import { repeat, type Activity } from '@quantum/testbed';
import type { Redis } from 'ioredis';

const EVERY_MS = 50;
const SCAN_COUNT = 1000;

/** A permit that was consumed: what GETDEL gave. */
export interface ConsumedPermit {
  planId: string;
  json: string;
  /** When it was set, by Redis' clock, unix ms: its expiry less the time to live that the contract gives a permit. */
  setMs: number;
}

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
    const keys = new Set<string>();
    let cursor = '0';
    do {
      const [next, found] = await redis.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', SCAN_COUNT);
      for (const key of found) keys.add(key);
      cursor = next;
    } while (cursor !== '0');
    const commands = [...keys].flatMap((key) => [['pexpiretime', key], ['getdel', key]]); // prettier-ignore
    const replies = (await redis.pipeline(commands).exec()) ?? [];
    [...keys].forEach((key, i) => {
      const setMs = Number(replies[2 * i]?.[1]) - 1000 * PERMIT_TTL_SEC;
      const json = replies[2 * i + 1]?.[1];
      if (typeof json === 'string') consumed.push({ planId: key.slice(prefix.length), json, setMs });
    });
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

import { disarmKey, KILL_KEY, utcDate } from '@quantum/redis-schemas';
import type { Redis } from 'ioredis';
import type { Stop, StopKind } from './check-times.js';

const HALT_KEY = 'quantum:governor:halt';
const LATCH_TTL_SEC = 7200;

const keyOf = (kind: StopKind): string => {
  if (kind === 'latch') return disarmKey(utcDate(Date.now() / 1000));
  return kind === 'kill' ? KILL_KEY : HALT_KEY;
};

/** Sets a stop as an operator does, and reads Redis' time in the same transaction. */
export async function setStop(client: Redis, kind: StopKind): Promise<Stop> {
  const replies = await client.multi().set(keyOf(kind), '1', 'EX', LATCH_TTL_SEC).time().exec();
  const [sec, micro] = (replies?.[1]?.[1] ?? []) as (string | number)[];
  return { kind, atMs: Math.floor(Number(sec) * 1000 + Number(micro) / 1000) };
}

import { setTimeout as delay } from 'node:timers/promises';
import { effectiveMultiplier } from '@quantum/effective-target';
import { timeMsOf, runBatch, valueOf, type Command, type Redis } from '@quantum/redis-io';
import {
  MULTIPLIER_FIELDS,
  parseEpoch,
  parseMultiplier,
  ROLLOUT_EPOCH_KEY,
  rolloutMultiplierKey,
} from '@quantum/redis-schemas';

/** What a reader compares: the epoch too, as the governor does, or the expiry alone, which no reader should. */
export const READERS = ['epoch', 'expiry'] as const;
export type ReaderKind = (typeof READERS)[number];

/** Multipliers that are enforced, by symbol, as each kind of reader finds them. Absent: the base target applies. */
export type Enforced = Readonly<Record<ReaderKind, ReadonlyMap<string, number>>>;

/** Reads the multipliers of symbols once, in one batch. @throws BatchError, or the error of Redis */
export async function readEnforced(redis: Redis, symbols: readonly string[]): Promise<Enforced> {
  const [time, epochReply, ...hashes] = await runBatch(redis, [
    ['time'],
    ['get', ROLLOUT_EPOCH_KEY],
    ...symbols.map((symbol): Command => ['hmget', rolloutMultiplierKey(symbol), ...MULTIPLIER_FIELDS]),
  ]);
  const nowSec = (timeMsOf(time) ?? NaN) / 1000;
  const epoch = parseEpoch(valueOf(epochReply) as string | null);
  const readings = hashes.map((reply) => parseMultiplier(valueOf(reply) as (string | null)[]));
  const found = (epochOf: (i: number) => number | undefined): Map<string, number> =>
    new Map(
      symbols.flatMap((symbol, i): [string, number][] => {
        const reads = {
          published: { readable: true, value: readings[i] },
          epoch: { readable: true, value: epochOf(i) },
        } as const;
        const { multiplier, why } = effectiveMultiplier(reads, nowSec);
        return why === 'ok' ? [[symbol, multiplier]] : [];
      }),
    );
  return { epoch: found(() => epoch), expiry: found((i) => readings[i]?.epoch) };
}

const EVERY_MS = 5;

/**
 * Reads again and again until no reader finds a multiplier of these symbols.
 * @returns when the last of each kind was off, ms of `performance.now()`
 * @throws Error when the time is over
 */
export async function untilOff(
  redis: Redis,
  symbols: readonly string[],
  timeoutMs: number,
): Promise<Record<ReaderKind, number>> {
  const deadlineMs = performance.now() + timeoutMs;
  const off = new Map<ReaderKind, number>();
  for (;;) {
    const enforced = await readEnforced(redis, symbols);
    const nowMs = performance.now();
    for (const kind of READERS) {
      if (enforced[kind].size > 0) off.delete(kind);
      else if (!off.has(kind)) off.set(kind, nowMs);
    }
    const [epoch, expiry] = READERS.map((kind) => off.get(kind));
    if (epoch !== undefined && expiry !== undefined) return { epoch, expiry };
    if (nowMs > deadlineMs) throw new Error(`multipliers are still enforced after ${timeoutMs} ms`);
    await delay(EVERY_MS);
  }
}

import { permitKey } from '@quantum/redis-schemas';
import type { Harness } from '../harness/harness.js';
import { planCommand, symbolsOf } from '../harness/market.js';

const PLANS_PER_SEC = 1000;
const SYMBOLS = 500;
const PREFIX = permitKey('');

/** Publishes plans at a steady pace, and observes their permits. */
export interface Pacer {
  /** Returns for each plan the time from before its XADD was written to the notification of its permit, ms. */
  run: (seconds: number) => Promise<number[]>;
}

/** A permit is readable when the server announces it (keyspace notifications). One clock takes both times. */
export async function startPacer(harness: Harness, db: number): Promise<Pacer> {
  const [raw, subscriber] = [await harness.raw(db), harness.client(db)];
  const sentMs = new Map<string, number>();
  let latencies: number[] = [];
  let answered: () => void = () => undefined;
  const channel = `__keyspace@${db}__:${PREFIX}`;
  subscriber.on('pmessage', (_pattern, name: string) => {
    const planId = name.slice(channel.length);
    const startMs = sentMs.get(planId);
    if (startMs === undefined) return;
    latencies.push(performance.now() - startMs);
    sentMs.delete(planId);
    if (sentMs.size === 0) answered();
  });
  await harness.client(db).config('SET', 'notify-keyspace-events', 'K$');
  await subscriber.psubscribe(`${channel}*`);
  const symbols = symbolsOf(SYMBOLS);
  let number = 0;
  return {
    run: async (seconds) => {
      latencies = [];
      const startMs = performance.now();
      const total = seconds * PLANS_PER_SEC;
      let sent = 0;
      await new Promise<void>((resolve) => {
        const timer = setInterval(() => {
          const due = Math.min(total, Math.floor(((performance.now() - startMs) * PLANS_PER_SEC) / 1000));
          for (; sent < due; sent += 1) {
            const planId = `paced-${(number += 1)}`;
            sentMs.set(planId, performance.now());
            raw.post(planCommand('*', planId, symbols[number % SYMBOLS] ?? ''));
          }
          if (sent < total) return;
          clearInterval(timer);
          resolve();
        }, 1);
      });
      if (sentMs.size > 0) await new Promise<void>((resolve) => (answered = resolve));
      return latencies;
    },
  };
}

import { permitKey } from '@quantum/redis-schemas';
import type { Harness } from '../harness/harness.js';
import { planCommand, symbolsOf } from '../harness/market.js';

const SYMBOLS = 500;
const PREFIX = permitKey('');

/** A plan that was permitted. */
export interface Permitted {
  /** Before its XADD was written, `performance.now()`. */
  sentMs: number;
  /** From then to the notification of its permit, ms. */
  latencyMs: number;
}

/** Publishes plans at a steady pace, and observes their permits. */
export interface Pacer {
  run: (plansPerSec: number, seconds: number) => Promise<Permitted[]>;
}

/** A permit is readable when the server announces it (keyspace notifications). One clock takes both times. */
export async function startPacer(harness: Harness, db: number): Promise<Pacer> {
  const [raw, subscriber] = [await harness.raw(db), harness.client(db)];
  const sentAtMs = new Map<string, number>();
  let permitted: Permitted[] = [];
  let answered: () => void = () => undefined;
  const channel = `__keyspace@${db}__:${PREFIX}`;
  subscriber.on('pmessage', (_pattern, name: string) => {
    const planId = name.slice(channel.length);
    const sentMs = sentAtMs.get(planId);
    if (sentMs === undefined) return;
    permitted.push({ sentMs, latencyMs: performance.now() - sentMs });
    sentAtMs.delete(planId);
    if (sentAtMs.size === 0) answered();
  });
  await harness.client(db).config('SET', 'notify-keyspace-events', 'K$');
  await subscriber.psubscribe(`${channel}*`);
  const symbols = symbolsOf(SYMBOLS);
  let number = 0;
  return {
    run: async (plansPerSec, seconds) => {
      permitted = [];
      const startMs = performance.now();
      const total = seconds * plansPerSec;
      let sent = 0;
      await new Promise<void>((resolve) => {
        const timer = setInterval(() => {
          const due = Math.min(total, Math.floor(((performance.now() - startMs) * plansPerSec) / 1000));
          for (; sent < due; sent += 1) {
            const planId = `paced-${(number += 1)}`;
            sentAtMs.set(planId, performance.now());
            raw.post(planCommand('*', planId, symbols[number % SYMBOLS] ?? ''));
          }
          if (sent < total) return;
          clearInterval(timer);
          resolve();
        }, 1);
      });
      if (sentAtMs.size > 0) await new Promise<void>((resolve) => (answered = resolve));
      return permitted;
    },
  };
}

import { efficiencyKey, fieldsOf, positionKey, STREAMS, targetKey } from '@quantum/redis-schemas';
import type { Redis } from '@quantum/redis-io';
import { lastEntryId } from '@quantum/testbed';
import type { Host } from './host.js';
import { repeatedly } from './plans.js';

/** Symbols with a target and a position. */
export const SYMBOLS = ['E2EAUSDT', 'E2EBUSDT'] as const;
export const BRAIN = 'quantum-brain';
/** Of its hashes and entries. */
export const BRAIN_VERSION = 'brain_v1';

/** An editor that sets these variables, also those that are comments. */
export const editor = (settings: Readonly<Record<string, string>>): { EDITOR: string } => ({
  EDITOR: `sed -i ${Object.entries(settings).map(([name, value]) => `-e s/^[^A-Z]*${name}=.*/${name}=${value}/`).join(' ')}`,
}); // prettier-ignore

/** Periods of a second: a run takes seconds. */
export const QUICK = { BRAIN_PERIOD_SEC: '1', P31_LOOP_SEC: '0.5', DISCOVERY_INTERVAL_SEC: '1' };

/** Writes targets as P2.9 does and positions as P3.3 does, with prices that go up, until what it answers is called. */
export function feed(redis: Redis): () => void {
  let price = 100;
  return repeatedly(200, () => {
    const nowSec = Date.now() / 1000;
    price *= 1.0001;
    const batch = redis.pipeline();
    for (const symbol of SYMBOLS) {
      batch.hset(positionKey(symbol), { position_amt: 1, mark_price: price, ts_epoch: nowSec });
      batch.hset(targetKey(symbol), { target_usd: 1000, timestamp: nowSec, mode: 'shadow' });
      batch.expire(positionKey(symbol), 300).expire(targetKey(symbol), 300);
    }
    batch.exec().catch(() => undefined); // Redis is away: the next one counts
  });
}

/** The entries of the brain for a symbol since an entry's id. */
async function scoresSince(redis: Redis, symbol: string, id: string): Promise<Record<string, string>[]> {
  const entries = (await redis.xrange(STREAMS.efficiencyDecision, `(${id}`, '+')).map(([, flat]) => fieldsOf(flat));
  return entries.filter((fields) => fields['symbol'] === symbol && fields['version'] === BRAIN_VERSION);
}

/** Waits for scores that the brain makes from now on; the last of them. */
export async function newScore({ redis, until }: Pick<Host, 'redis' | 'until'>): Promise<Record<string, string>> {
  const from = await lastEntryId(redis, STREAMS.efficiencyDecision);
  let found: Record<string, string>[] = [];
  await until('the brain scores', 30, async () => (found = await scoresSince(redis, SYMBOLS[0], from)).length >= 4);
  return found.at(-1) ?? {};
}

/** Who wrote the efficiency hash of a symbol; undefined if absent. */
export const writerOf = async (redis: Redis, symbol: string): Promise<string | null> =>
  redis.hget(efficiencyKey(symbol), 'version');

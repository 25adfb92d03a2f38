import {
  efficiencyKey,
  POLICY_PARAMETERS_KEY,
  positionKey,
  proposedKey,
  targetKey,
  tickerKey,
} from '@quantum/redis-schemas';
import { repeat, type Activity, type Random } from '@quantum/testbed';
import type { Redis } from 'ioredis';
import { POLICY, PROPOSED, SYMBOLS } from './plan.js';

const EVERY_MS = 200;
/** Greatest move of a price from one time to the next: no drawdown comes of it. */
const MOVE = 1e-5;

/** What may be missing of a symbol. */
export const INPUTS = ['base', 'proposal', 'score', 'position', 'price'] as const;
export type Input = (typeof INPUTS)[number];

/** The publishers of the platform: P2.9, the proposer, the brain, P3.3 and the price feed. */
export interface Market extends Activity {
  /** Removes these inputs of a symbol, and writes them no more. */
  take: (symbol: string, inputs: readonly Input[]) => Promise<void>;
  /** Writes all inputs again. */
  giveBack: () => Promise<void>;
  write: () => Promise<void>;
  /** Writes of live targets so far, with those that Redis has not answered. */
  readonly targetWrites: number;
}

export function startMarket(redis: Redis, random: Random): Market {
  const prices = new Map(SYMBOLS.map((symbol) => [symbol, 100]));
  const away = new Map<string, readonly Input[]>();
  let targetWrites = 0;

  const write = async (): Promise<void> => {
    const nowMs = Date.now();
    const commands = SYMBOLS.flatMap((symbol) => {
      prices.set(symbol, (prices.get(symbol) ?? 0) * (1 + random.between(-MOVE, MOVE)));
      return commandsOf(symbol, nowMs, String(prices.get(symbol)), away.get(symbol) ?? []);
    });
    const isTarget = commands.map(([, key]) => key?.startsWith(targetKey('')) === true);
    targetWrites += isTarget.filter(Boolean).length;
    const replies = await redis.pipeline([...commands, ['hset', POLICY_PARAMETERS_KEY, POLICY, '{}']]).exec();
    // What Redis refuses, and a DEL of what is gone, is no write.
    const isNone = ([error, reply]: [Error | null, unknown], i: number): boolean =>
      error !== null || (commands[i]?.[0] === 'del' && reply === 0);
    targetWrites -= (replies ?? []).filter((reply, i) => isTarget[i] === true && isNone(reply, i)).length;
  };
  const activity = repeat(write, EVERY_MS);
  return {
    stop: activity.stop,
    write,
    take: async (symbol, inputs) => {
      away.set(symbol, inputs);
      await write();
    },
    giveBack: async () => {
      away.clear();
      await write();
    },
    get targetWrites() {
      return targetWrites;
    },
  };
}

function commandsOf(symbol: string, nowMs: number, price: string, away: readonly Input[]): string[][] {
  const sec = String(nowMs / 1000);
  const is = (input: Input): boolean => !away.includes(input);
  const put = (isThere: boolean, key: string, ...fields: string[]): string[] =>
    isThere ? ['hset', key, ...fields] : ['del', key];
  const position = ['position_amt', '0', 'ts_epoch', sec, ...(is('price') ? ['mark_price', price] : [])];
  return [
    put(is('base'), targetKey(symbol), 'target_usd', '1000', 'timestamp', sec),
    put(is('proposal'), proposedKey(symbol), 'ts_epoch', sec, 'multiplier', PROPOSED.toFixed(4), 'reason', 'ok', 'policy', POLICY),
    put(is('score'), efficiencyKey(symbol), 'efficiency_score', '0.4', 'confidence', '0.9', 'ts', String(Math.floor(nowMs / 1000))),
    ...(is('price') ? [] : [['hdel', positionKey(symbol), 'mark_price']]),
    put(is('position'), positionKey(symbol), ...position),
    put(is('price'), tickerKey(symbol), 'markPrice', price, 'timestamp', String(nowMs)),
  ]; // prettier-ignore
}

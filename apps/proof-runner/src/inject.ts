import { randomUUID } from 'node:crypto';
import { systemClock } from '@quantum/clock';
import { describeGroups, type Redis } from '@quantum/redis-io';
import { otherReaders } from '@quantum/service-kit';
import { blockKey, efficiencyKey, permitKey, positionKey, targetKey } from '@quantum/redis-schemas';
import { CannotRun } from '@quantum/service-kit';
import { poll } from '@quantum/testbed';
import type { InjectEfficiencyOptions, InjectPlanOptions } from './options.js';
import { planFields, SOURCE } from './fixture.js';
import type { Settings } from './settings.js';

const DECISION_PATIENCE_MS = 5000;
const POLL_MS = 10;

/** Keys of a symbol that another writer has written: they are real and must not be changed. */
async function foreignKeys(redis: Redis, symbol: string): Promise<string[]> {
  const keys = [targetKey(symbol), efficiencyKey(symbol), positionKey(symbol)];
  const foreign = await Promise.all(
    keys.map(async (key) => {
      if ((await redis.exists(key)) === 0) return [];
      const source = await redis.hget(key, 'source').catch(() => null);
      return source === SOURCE ? [] : [key];
    }),
  );
  return foreign.flat();
}

async function refuseForeign(redis: Redis, symbol: string, live: boolean): Promise<void> {
  const keys = live ? [] : await foreignKeys(redis, symbol);
  if (keys.length === 0) return;
  throw new CannotRun(
    `${symbol} belongs to another writer: ${keys.join(', ')} was not written by ${SOURCE}. Use --live to proceed.`,
  );
}

/** Writes an efficiency reading; resolves to a description. @throws CannotRun if that would change real data. */
export async function injectEfficiency(
  redis: Redis,
  symbol: string,
  { score, confidence, age, ttl, live }: InjectEfficiencyOptions,
): Promise<string> {
  await refuseForeign(redis, symbol, live);
  const key = efficiencyKey(symbol);
  const ts = systemClock.wallSec() - age;
  const fields = { efficiency_score: score, confidence, ts: ts.toFixed(3), source: SOURCE };
  await redis.multi().hset(key, fields).expire(key, Math.ceil(ttl)).exec();
  return `${key} ${JSON.stringify(fields)} for ${Math.ceil(ttl)} s`;
}

export interface InjectedPlan {
  text: string;
  isDecided: boolean;
}

/** Submits a plan and waits for its decision. One without a decision stays. @throws CannotRun if that is not safe. */
export async function injectPlan(
  redis: Redis,
  symbol: string,
  { action, side, qty, price, killScore, reduceOnly, live }: InjectPlanOptions,
  { plansStream }: Settings,
  signal: AbortSignal,
): Promise<InjectedPlan> {
  await refuseForeign(redis, symbol, live);
  const others = await otherReaders(redis, plansStream);
  if (others.length > 0 && !live) {
    throw new CannotRun(`${plansStream} is also read by ${describeGroups(others)}: use --live to submit a plan there.`);
  }
  const planId = `proof-${randomUUID()}`;
  const numbers = { qty: String(qty), price: String(price), kill_score: String(killScore) };
  const plan = planFields(planId, symbol, Math.floor(systemClock.wallSec()));
  const fields = { ...plan, ...numbers, action, side, reduceOnly: String(reduceOnly) };
  const id = await redis.xadd(plansStream, '*', ...Object.entries(fields).flat());
  const submitted = `${plansStream} ${String(id)} ${JSON.stringify(fields)}`;
  const outcome = async (): Promise<string | undefined> => {
    for (const key of [permitKey(planId), blockKey(planId)]) {
      const value = await redis.get(key);
      if (value !== null) return `${key} ${value}`;
    }
    return undefined;
  };
  const seen = await poll(outcome, { timeoutMs: DECISION_PATIENCE_MS, everyMs: POLL_MS, signal });
  const undecided = `neither permit nor refusal within ${DECISION_PATIENCE_MS / 1000} s; take it back: redis-cli XDEL ${plansStream} ${String(id)}`;
  return { text: `${submitted}\n${seen ?? undecided}`, isDecided: seen !== undefined };
}

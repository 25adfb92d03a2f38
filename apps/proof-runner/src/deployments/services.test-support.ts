import { join } from 'node:path';
import { connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import { decidedKey, GOVERNOR_GROUP, permitKey, proposedKey, STREAMS } from '@quantum/redis-schemas';
import { loadConfig, defineConfig, redisAddress, redisVariables } from '@quantum/service-kit';
import { addPlan, putEfficiency, putTarget, spawnApp, waitFor, type SpawnedApp } from '@quantum/testing';
import { APPS_FOLDER, QUICK_CYCLES } from '../testkit/paths.test-support.js';

type Env = Record<string, string>;

/** Both built services, each with its own variables in addition to those of a quick test. */
export interface Services {
  proposer: SpawnedApp;
  governor: SpawnedApp;
  /** Their metrics URLs, proposer first. */
  urls: () => Promise<string[]>;
}

/** Limits that refuse no plan of these tests. The plans open, so that they use the windows. */
const COMMON = {
  METRICS_PORT: '0',
  GOV_CLAIM_IDLE_SEC: '0.5',
  GOV_SYMBOL_COOLDOWN_SECONDS: '0',
  GOV_MAX_EXEC_PER_HOUR: '99999',
  GOV_MAX_EXEC_PER_5MIN: '99999',
  GOV_MAX_NOTIONAL_PER_DAY_USD: '1e12',
};

export function startServices(proposerEnv: Env, governorEnv: Env = proposerEnv): Services {
  const spawn = (name: string, env: Env) => spawnApp(join(APPS_FOLDER, name, 'main.js'), { ...COMMON, ...env });
  const [proposer, governor] = [
    spawn('allocation-target', { ...QUICK_CYCLES, ...proposerEnv }),
    spawn('governor-plugin', governorEnv),
  ];
  const urlOf = async (app: SpawnedApp) => /http:\/\/[\d.:]+/.exec(await app.waitForLine(/http:\/\//))?.[0] ?? '';
  return { proposer, governor, urls: () => Promise.all([urlOf(proposer), urlOf(governor)]) };
}

const opened: Redis[] = [];

/** A connection as the services open theirs, from the same variables. */
export async function connect(env: Env): Promise<Redis> {
  const { config } = loadConfig(defineConfig(redisVariables), env);
  const redis = connectRedis(redisAddress(config), 'test');
  opened.push(redis);
  await untilReady(redis);
  return redis;
}

export const disconnectAll = (): void => {
  for (const redis of opened.splice(0)) redis.disconnect();
};

const nowSec = (): number => Date.now() / 1000;

/** Writes a symbol's inputs and waits for a proposal from them; resolves to its hash. */
export async function proposalOf(redis: Redis, symbol: string, score = 0.9): Promise<Record<string, string>> {
  await putEfficiency(redis, symbol, { now: nowSec(), score });
  await putTarget(redis, symbol, { now: nowSec(), targetUsd: 1000 });
  return waitForProposal(redis, symbol);
}

/** Waits for a proposal of a symbol by a cycle that begins later than this call, by a whole second's time. */
export async function waitForProposal(redis: Redis, symbol: string): Promise<Record<string, string>> {
  const sinceSec = nowSec();
  const read = async () => {
    const hash = await redis.hgetall(proposedKey(symbol));
    return Number(hash['ts_epoch'] ?? 0) > sinceSec ? hash : undefined;
  };
  return waitFor(read, { what: `a proposal of ${symbol}` });
}

/** Submits an opening plan. */
export const submit = (redis: Redis, planId: string, symbol = 'BTCUSDT') =>
  addPlan(redis, { planId, symbol, now: nowSec(), id: '*' });

/** Waits for a plan's permit. */
export async function permitOf(redis: Redis, planId: string): Promise<Record<string, unknown>> {
  const json = await waitFor(() => redis.get(permitKey(planId)), {
    what: `the permit of ${planId}`,
  });
  return JSON.parse(json) as Record<string, unknown>;
}

/** Waits until every plan has a record and none is pending. */
export async function untilDecided(redis: Redis, planIds: readonly string[]): Promise<void> {
  const undecided = async () => {
    const records = await Promise.all(planIds.map((id) => redis.exists(decidedKey(id))));
    return records.filter((count) => count === 0).length;
  };
  await waitFor(async () => (await undecided()) === 0, { what: 'a decision on every plan' });
  const pending = async () => ((await redis.xpending(STREAMS.plans, GOVERNOR_GROUP)) as [number])[0];
  await waitFor(async () => (await pending()) === 0, { what: 'every acknowledgement' });
}

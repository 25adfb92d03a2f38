import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrivateRedis, type PrivateRedis } from '@quantum/private-redis';
import { CannotRun, messageOf } from '@quantum/service-kit';
import { poll, startService, type Service } from '@quantum/testbed';
import { probe } from './observe/service.js';

const READY_PATIENCE_MS = 20_000;
const POLL_MS = 25;
/** By hand: the path from a score to a permit, which the proofs are about. The brain has proofs of its own. */
const APPS = ['allocation-target', 'governor-plugin'] as const;

/** The services under proof, by the names of their bundles. */
export type AppName = (typeof APPS)[number];

export interface Deployment {
  redisUrl: string;
  allocationMetrics: readonly string[];
  governorMetrics: readonly string[];
  /** The services' last log lines, for a failure; undefined for services that the run did not start. */
  logs?: () => Promise<string>;
  /** Ends everything that was started for the run. */
  stop: () => Promise<void>;
}

/** Starts a private Redis. @throws CannotRun */
export const startRedis = (): Promise<PrivateRedis> =>
  startPrivateRedis({ tcp: true }).catch((error: unknown) => {
    throw new CannotRun(messageOf(error));
  });

/** A new folder for logs. It is removed when the process ends, if not before. */
export function logFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'proof-runner-'));
  const remove = (): void => {
    rmSync(path, { recursive: true, force: true });
    process.off('exit', remove);
  };
  process.once('exit', remove);
  return { path, remove };
}

/**
 * Starts a private Redis and both built services, with the defaults except for `env`, and waits until they are ready.
 * After an interruption or failure, all of it is ended before this rejects.
 * @param policy text of the policy file of both; none if omitted
 * @throws CannotRun if something is missing or does not start.
 */
export async function spawnDeployment(
  appsFolder: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
  policy?: object,
): Promise<Deployment> {
  const redis = await startRedis();
  try {
    const policyFile = join(redis.dir, 'policy.json'); // removed with the Redis
    if (policy) writeFileSync(policyFile, JSON.stringify(policy));
    const own = { ...env, REDIS_URL: redis.url, ...(policy && { P31_POLICY_FILE: policyFile }) };
    const services = await startServices(appsFolder, { 'allocation-target': own, 'governor-plugin': own }, signal);
    const stop = async () => {
      await services.stop();
      await redis.stop();
    };
    return { ...services, redisUrl: redis.url, stop };
  } catch (error) {
    await redis.stop();
    throw error;
  }
}

export interface Services {
  allocationMetrics: readonly string[];
  governorMetrics: readonly string[];
  processes: Readonly<Record<AppName, Service>>;
  logs: () => Promise<string>;
  stop: () => Promise<void>;
}

/** The bundles of these services. @throws CannotRun if one is missing. */
export function builtApps(appsFolder: string, names: readonly string[]): string[] {
  const mainFiles = names.map((name) => join(appsFolder, name, 'main.js'));
  const missing = mainFiles.filter((file) => !existsSync(file));
  if (missing.length === 0) return mainFiles;
  throw new CannotRun(`The services are not built: there is no ${missing.join(', no ')} (npx nx run-many -t build).`);
}

/** Starts both services, each with its own environment and a port that it chooses, and waits until they are ready. */
export async function startServices(
  appsFolder: string,
  env: Readonly<Record<AppName, Readonly<Record<string, string>>>>,
  signal: AbortSignal,
): Promise<Services> {
  const mainFiles = builtApps(appsFolder, APPS);
  const logs = logFolder();
  const [allocation, governor] = APPS.map((name, i) =>
    startService({ name, mainFile: mainFiles[i] ?? '', env: env[name], logFile: join(logs.path, `${name}.log`) }),
  ) as [Service, Service];
  const all = [allocation, governor];
  const stop = async () => {
    await Promise.all(all.map((service) => service.stop()));
    logs.remove();
  };
  try {
    await untilReady(all, signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    allocationMetrics: urlsOf([allocation]),
    governorMetrics: urlsOf([governor]),
    processes: { 'allocation-target': allocation, 'governor-plugin': governor },
    logs: () => logsOf(all),
    stop,
  };
}

const urlsOf = (services: readonly Service[]): string[] => services.flatMap(({ url }) => url ?? []);

/** @throws CannotRun, with the services' last log lines, if one is not ready in time. */
export async function untilReady(services: readonly Service[], signal: AbortSignal): Promise<void> {
  const settled = async (): Promise<'ready' | 'ended' | undefined> => {
    if (services.some(({ ended }) => ended !== undefined)) return 'ended';
    const urls = urlsOf(services);
    if (urls.length < services.length) return undefined;
    return (await probe(urls)).every(({ readiness }) => readiness === '200') ? 'ready' : undefined;
  };
  const state = await poll(settled, { timeoutMs: READY_PATIENCE_MS, everyMs: POLL_MS, signal });
  if (state === 'ready') return;
  const how = services.flatMap(({ name, ended }) => (ended === undefined ? [] : [`${name} ${ended}`])).join(', ');
  const what = state === 'ended' ? how : `the services were not ready within ${READY_PATIENCE_MS / 1000} s`;
  throw new CannotRun(`${what}; their last log lines:\n${await logsOf(services)}`);
}

/** The last log lines of each. */
export async function logsOf(services: readonly Service[]): Promise<string> {
  const logs = await Promise.all(services.map(async (one) => `-- ${one.name}\n${await one.lastLogLines()}`));
  return logs.join('\n');
}

import { writeFile } from 'node:fs/promises';
import { openRedis } from '@quantum/redis-io';
import { maskPasswords } from '@quantum/service-kit';
import { CannotRun, messageOf } from './failure.js';
import { renderJunit } from './junit.js';
import type { RunOptions } from './options.js';
import { PROOFS } from './proofs/index.js';
import { prove } from './prove.js';
import { renderCounts, renderJson, renderReport } from './report.js';
import { exitCodeOf, type Result } from './result.js';
import { givenSettings, loadSettings } from './settings.js';
import { spawnDeployment, type Deployment } from './spawn.js';

/** A spawned proposer runs as often as a person wants to wait. */
const SPAWN_ENV = { LOOP_INTERVAL_SEC: '1', DISCOVERY_INTERVAL_SEC: '1' };

/** The process that a run happens in. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  /** Where the built services are, unless told otherwise. */
  appsFolder: string;
  signal: AbortSignal;
  progress: (line: string) => void;
}

/** Runs the proofs, reports, and resolves to the exit code. @throws CannotRun, CannotConnect, Interrupted */
export async function run(options: RunOptions, { env, appsFolder, signal, progress }: Surroundings): Promise<number> {
  const startMs = performance.now();
  const effectiveEnv = options.spawn ? { ...env, ...SPAWN_ENV } : env;
  const settings = loadSettings(effectiveEnv);
  if (options.spawn) progress('starting a private Redis and both services');
  const deployment: Deployment = options.spawn
    ? await spawnDeployment(options.apps ?? appsFolder, givenSettings(effectiveEnv), signal)
    : { ...options, redisUrl: options.redis, stop: () => Promise.resolve() };
  try {
    progress(`Redis at ${maskPasswords(deployment.redisUrl)}`);
    const redis = await openRedis(deployment.redisUrl, options.spawn ? {} : env, 'proof-runner');
    try {
      const results = await prove({
        redis, deployment, settings, signal, progress,
        proofs: PROOFS,
        steps: new Set(options.step === undefined ? [1, 2] : [options.step]),
        exact: options.spawn,
        live: options.live,
        allowKillSwitch: options.allowKillSwitch || options.spawn,
        report: (known) => publish(known, options, performance.now() - startMs, deployment, env),
      }); // prettier-ignore
      return exitCodeOf(results);
    } finally {
      redis.disconnect();
    }
  } finally {
    await deployment.stop();
  }
}

async function publish(
  results: readonly Result[],
  { json, junit, counts }: RunOptions,
  durationMs: number,
  { logs }: Deployment,
  env: Surroundings['env'],
): Promise<void> {
  const colour = process.stdout.isTTY && !env['NO_COLOR'];
  const text = json ? renderJson(results, durationMs) : `\n${renderReport(results, colour, await logs?.())}`;
  process.stdout.write(text);
  if (junit !== undefined) await save(junit, renderJunit(results, durationMs));
  if (counts !== undefined) await save(counts, renderCounts(results));
}

async function save(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((error: unknown) => {
    throw new CannotRun(`the results could not be written: ${messageOf(error)}`);
  });
}

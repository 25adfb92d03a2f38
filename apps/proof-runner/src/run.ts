import { writeFile } from 'node:fs/promises';
import { systemClock } from '@quantum/clock';
import { CannotRun, maskRedisUrl, messageOf, openRedis, redact, withRedis } from '@quantum/service-kit';
import { skippedBrainProofs, proveLiveBrain } from './brain/live.js';
import { proveSpawnedBrain } from './brain/spawned.js';
import { proveDepth } from './depth/index.js';
import { randomRun } from './fixture.js';
import { renderJunit } from './junit.js';
import type { RunOptions } from './options.js';
import { PROOFS } from './proofs/index.js';
import { prove, type ProveOptions } from './prove.js';
import { renderCounts, renderJson, renderReport } from './report.js';
import { exitCodeOf, type Result } from './result.js';
import { givenSettings, loadSettings } from './settings.js';
import { spawnDeployment } from './spawn.js';
import { settleAll } from './settle-all.js';

/** Interval of a spawned proposer: short enough for a person to wait. */
const SPAWN_ENV = { LOOP_INTERVAL_SEC: '1', DISCOVERY_INTERVAL_SEC: '1' };

export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  /** Default folder of the built services. */
  appsFolder: string;
  signal: AbortSignal;
  progress: (line: string) => void;
}

/** Runs the proofs, reports, and resolves to the exit code. @throws CannotRun, CannotConnect, Interrupted */
export async function run(options: RunOptions, surroundings: Surroundings): Promise<number> {
  return options.spawn ? runSpawned(options, surroundings) : runLive(options, surroundings);
}

async function runLive(options: RunOptions, { env, signal, progress }: Surroundings): Promise<number> {
  const startMs = systemClock.steadyMs();
  const settings = loadSettings(env);
  progress(`Redis at ${maskRedisUrl(options.redis)}`);
  const redis = await openRedis(options.redis, env, 'proof-runner');
  const report = (known: readonly Result[]) => publish(known, options, systemClock.steadyMs() - startMs, '', env);
  const run = randomRun();
  progress(`run ${run}: if this process is killed, "proof-runner remove ${run}" removes what it leaves`);
  const failed = new AbortController();
  const proveSteps = async (reportSteps: ProveOptions['report']): Promise<Result[]> => {
    if (stepsOf(options).size === 0) return [];
    return prove({
      redis, settings, signal, progress, run,
      deployment: { ...options, redisUrl: options.redis, stop: () => Promise.resolve() },
      proofs: PROOFS,
      steps: stepsOf(options),
      exact: false,
      live: options.live,
      allowKillSwitch: options.allowKillSwitch,
      report: reportSteps,
    }); // prettier-ignore
  };
  try {
    const skipped = isBrainChosen(options) ? await skippedBrainProofs(redis) : [];
    if (skipped) {
      // The brain's part is known already, so the report need not wait for any clean-up.
      const steps = await proveSteps((known) => report([...known, ...skipped]));
      if (stepsOf(options).size === 0) await report(skipped);
      return exitCodeOf([...steps, ...skipped]);
    }
    const brain = { redis, redisUrl: options.redis, settings, run, maxSec: options.brainWait, progress };
    const [steps, ofBrain] = await settleAll(
      proveSteps(() => Promise.resolve()).catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
      proveLiveBrain({ ...brain, signal: AbortSignal.any([signal, failed.signal]) }),
    );
    const results = [...steps, ...ofBrain];
    await report(results);
    return exitCodeOf(results);
  } finally {
    redis.disconnect();
  }
}

/** The same proofs on a private deployment, and in parallel those that need services with other settings. */
async function runSpawned(options: RunOptions, surroundings: Surroundings): Promise<number> {
  const { env, signal, progress } = surroundings;
  const startMs = systemClock.steadyMs();
  const appsFolder = options.apps ?? surroundings.appsFolder;
  const steps = stepsOf(options);
  progress(
    'starting a private Redis and both services, the same once more for each proof of policy depth, and a brain',
  );
  const [ofSteps, ofBrain] = await settleAll(
    settleAll(
      steps.size === 0 ? NOTHING : proveSpawned(options, { ...surroundings, appsFolder }),
      proveDepth({ appsFolder, steps, env: SPAWN_ENV, signal }),
    ),
    isBrainChosen(options) ? proveSpawnedBrain({ appsFolder, signal }) : NOTHING,
  );
  const all = [...ofSteps, ofBrain];
  const results = all.flatMap((one) => one.results);
  const logs = all.map((one) => one.logs).filter(Boolean).join('\n'); // prettier-ignore
  await publish(results, options, systemClock.steadyMs() - startMs, logs, env);
  return exitCodeOf(results);
}

const NOTHING = Promise.resolve({ results: [] as Result[], logs: '' });

async function proveSpawned(
  options: RunOptions,
  { env, appsFolder, signal, progress }: Surroundings,
): Promise<{ results: Result[]; logs: string }> {
  const effectiveEnv = { ...env, ...SPAWN_ENV };
  const settings = loadSettings(effectiveEnv);
  const deployment = await spawnDeployment(appsFolder, givenSettings(effectiveEnv), signal);
  try {
    progress(`Redis at ${maskRedisUrl(deployment.redisUrl)}`);
    const results = await withRedis(deployment.redisUrl, {}, 'proof-runner', (redis) =>
      prove({
        redis, deployment, settings, signal, progress,
        run: randomRun(),
        proofs: PROOFS,
        steps: stepsOf(options),
        exact: true,
        live: options.live,
        allowKillSwitch: true,
        report: () => Promise.resolve(),
      }),
    ); // prettier-ignore
    return { results, logs: exitCodeOf(results) === 0 ? '' : ((await deployment.logs?.()) ?? '') };
  } finally {
    await deployment.stop();
  }
}

const stepsOf = ({ step }: RunOptions): ReadonlySet<1 | 2> =>
  new Set(step === undefined ? [1, 2] : step === 'brain' ? [] : [step]);
const isBrainChosen = ({ step }: RunOptions): boolean => step === undefined || step === 'brain';

async function publish(
  results: readonly Result[],
  { json, junit, counts }: RunOptions,
  durationMs: number,
  logs: string,
  env: Surroundings['env'],
): Promise<void> {
  const colour = process.stdout.isTTY && !env['NO_COLOR'];
  const text = json ? renderJson(results, durationMs) : `\n${renderReport(results, colour, logs)}`;
  process.stdout.write(text);
  if (junit !== undefined) await save(junit, renderJunit(results, durationMs));
  if (counts !== undefined) await save(counts, renderCounts(results));
}

async function save(path: string, text: string): Promise<void> {
  await writeFile(path, redact(text)).catch((error: unknown) => {
    throw new CannotRun(`the results could not be written: ${messageOf(error)}`);
  });
}

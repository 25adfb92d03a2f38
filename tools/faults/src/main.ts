import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { protectOutput } from '@quantum/service-kit';
import { seeded, seedOf } from '@quantum/testbed';
import { brainScenarios, governorScenarios, proposerScenarios, rolloutScenarios } from './all.js';
import { faultCommand, type Options } from './options.js';
import { renderCounts, renderReport, type Result } from './report.js';
import type { Finding, Scenario } from './scenario.js';

/** The short form: all services together in less than 130 s on two cores. */
const SHORT_KILLS = { governor: 18, proposer: 5, brain: 10, rollout: 10 };
const SCENARIOS = {
  governor: governorScenarios,
  proposer: proposerScenarios,
  brain: brainScenarios,
  rollout: rolloutScenarios,
};
/** Scenarios at once. Those of the rollout mostly wait: it does nothing between its cycles of a second. */
const PARALLEL = { governor: 5, proposer: 5, brain: 5, rollout: 10 };

// This file runs as dist/tools/faults/main.js, next to the built services in dist/apps.
const builtApps = join(dirname(process.argv[1] ?? ''), '..', '..', 'apps');

async function play(scenario: Scenario, options: Options): Promise<Result> {
  const { service, seed, kills, minutes } = options;
  const folder = mkdtempSync(join(tmpdir(), 'fault-'));
  const startMs = performance.now();
  const context = {
    random: seeded(seedOf(seed, scenario.name)),
    appsFolder: options.apps ?? builtApps,
    folder,
    kills: kills ?? SHORT_KILLS[service],
    minutes,
  };
  const outcome = await scenario.run(context).catch((error: unknown) => ({
    findings: [
      {
        kind: 'broke_off',
        text: error instanceof Error ? (error.stack ?? error.message) : String(error),
      } satisfies Finding,
    ],
    numbers: {},
  }));
  if (outcome.findings.length === 0) rmSync(folder, { recursive: true, force: true });
  const longer = [...(kills ? [`--kills ${kills}`] : []), ...(minutes ? [`--minutes ${minutes}`] : [])];
  const replay = [
    'node dist/tools/faults/main.js',
    service,
    '--seed',
    seed,
    '--only',
    JSON.stringify(scenario.name),
    ...longer,
  ];
  return { name: scenario.name, ...outcome, durationMs: performance.now() - startMs, replay: replay.join(' '), folder };
}

/**
 * The first (kills, which take more than a core) runs alone, but for the rollout; the others, which mostly wait, run in
 * parallel.
 */
async function playAll(scenarios: readonly Scenario[], options: Options): Promise<Result[]> {
  const results: Result[] = [];
  const playOne = async (index: number): Promise<void> => {
    const scenario = scenarios[index];
    if (!scenario) return;
    const result = await play(scenario, options);
    results[index] = result;
    const word = result.findings.length === 0 ? 'ok    ' : 'FAILED';
    console.log(`  ${word} ${result.name} (${(result.durationMs / 1000).toFixed(1)} s)`);
  };
  const { service } = options;
  const isFirstAlone = service !== 'rollout';
  if (isFirstAlone) await playOne(0);
  let next = isFirstAlone ? 1 : 0;
  const worker = async (): Promise<void> => {
    while (next < scenarios.length) await playOne(next++);
  };
  await Promise.all(Array.from({ length: PARALLEL[service] }, worker));
  return results;
}

async function run(options: Options): Promise<void> {
  const { service, seed, only, counts } = options;
  const scenarios = SCENARIOS[service](options).filter(({ name }) => only === undefined || name.includes(only));
  console.log(`faults around the ${service}: seed ${seed}, ${scenarios.length} scenarios`);
  const results = await playAll(scenarios, options);
  console.log(renderReport(results));
  console.log(`seed ${seed}`);
  if (counts !== undefined) {
    mkdirSync(dirname(counts), { recursive: true });
    writeFileSync(counts, renderCounts(results));
  }
  process.exitCode = results.length > 0 && results.every(({ findings }) => findings.length === 0) ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

protectOutput(1);
void faultCommand(run).parseAsync();

import { dirname, join } from 'node:path';
import { protectOutput } from '@quantum/service-kit';
import { EXIT_CANNOT_RUN, runDemo } from './demo.js';
import { runIncident } from './incident/run.js';
import { demoCommand } from './options.js';
import { runRolloutDemo } from './rollout/run.js';

// This file runs as dist/tools/demo/main.js, next to the built services in dist/apps.
const appsFolder = join(dirname(process.argv[1] ?? ''), '..', '..', 'apps');

protectOutput(1);
void demoCommand(async (options) => {
  if (options.incident) process.exit(await runIncident(appsFolder));
  process.exit(await (options.rollout ? runRolloutDemo(appsFolder) : runDemo(options, appsFolder)));
})
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : EXIT_CANNOT_RUN))
  .parseAsync();

import { dirname, join } from 'node:path';
import { realpathSync } from 'node:fs';
import { systemClock } from '@quantum/clock';
import type { Redis } from '@quantum/redis-io';
import { CannotConnect, CannotRun, protectOutput, withRedis } from '@quantum/service-kit';
import { injectEfficiency, injectPlan } from './inject.js';
import { Interrupted, interruption } from './interruption.js';
import { program } from './options.js';
import { removeRun } from './remove.js';
import { run } from './run.js';
import { loadSettings } from './settings.js';

const EXIT_FAILED = 1;
const EXIT_CANNOT_RUN = 2;

// This file runs as dist/apps/proof-runner/main.js, next to the built services.
const appsFolder = join(dirname(realpathSync(process.argv[1] ?? '.')), '..');
const { env } = process;

protectOutput(EXIT_FAILED);
// A reader of the output may end (`| head`), but the clean-up must complete.
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);

const startMs = systemClock.steadyMs();
const progress = (line: string): void => {
  process.stderr.write(`${((systemClock.steadyMs() - startMs) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);
};
const signal = interruption((name) => {
  progress(`${name}: taking everything back`);
});

/** Prints what an action comes to. */
async function say(url: string, action: (redis: Redis) => Promise<string>): Promise<void> {
  process.stdout.write(`${await withRedis(url, env, 'proof-runner', action)}\n`);
}

/** An error of Redis itself, or a lost connection: nothing was proven. ioredis has no error class for the latter. */
const isRedisError = (error: unknown): error is Error =>
  error instanceof Error &&
  (/^(ReplyError|BatchError|SlotDownError|MaxRetriesPerRequestError|AbortError)$/.test(error.name) ||
    /^(Connection is closed|Stream isn't writeable)/.test(error.message));

function exitCodeFor(error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode;
  if (error instanceof CannotRun || error instanceof CannotConnect || isRedisError(error)) {
    process.stderr.write(`Could not run: ${error.message}\n`);
    return EXIT_CANNOT_RUN;
  }
  throw error;
}

async function main(): Promise<number> {
  let exitCode = 0;
  const command = program(
    {
      run: async (options) => {
        exitCode = await run(options, { env, appsFolder, signal, progress });
      },
      injectEfficiency: (symbol, options) => say(options.redis, (redis) => injectEfficiency(redis, symbol, options)),
      injectPlan: (symbol, options) =>
        say(options.redis, async (redis) => {
          const { text, isDecided } = await injectPlan(redis, symbol, options, loadSettings(env), signal);
          if (!isDecided) exitCode = EXIT_FAILED;
          return text;
        }),
      remove: (name, options) =>
        say(options.redis, (redis) => removeRun(name, { redis, settings: loadSettings(env), signal, progress })),
    },
    env,
  ).exitOverride();
  for (const sub of [command, ...command.commands, ...command.commands.flatMap((one) => one.commands)]) {
    sub.exitOverride(({ exitCode: code }) => process.exit(code === 0 ? 0 : EXIT_CANNOT_RUN));
  }
  try {
    await command.parseAsync();
    return exitCode;
  } catch (error) {
    return exitCodeFor(error);
  }
}

void main().then((code) => process.exit(code));

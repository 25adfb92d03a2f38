import { BatchError, isReplyError } from '@quantum/redis-io';
import { CannotConnect, CannotRun, protectOutput } from '@quantum/service-kit';
import { program } from './options.js';
import { rolloutActions } from './rollout/actions.js';
import { statusCommand } from './status/status.js';

/** Refused, not applied, unhealthy, or Redis cannot be used. */
const EXIT_REFUSED = 1;
/** sysexits' EX_CONFIG, as the services use it: wrong usage. */
const EXIT_USAGE = 78;
const { env } = process;

protectOutput(EXIT_REFUSED);
// Whoever stops reading (`| head`) has seen enough.
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);

function exitCodeFor(error: unknown): number {
  if (error instanceof CannotRun) {
    process.stderr.write(`Could not run: ${error.message}\n`);
    return EXIT_USAGE;
  }
  const isRedis = error instanceof BatchError || (error instanceof Error && isReplyError(error));
  if (!isRedis && !(error instanceof CannotConnect)) throw error;
  process.stderr.write(`Could not run: ${error.message}\n`);
  return EXIT_REFUSED;
}

async function main(): Promise<number> {
  let exitCode = 0;
  const print = (text: string): boolean => process.stdout.write(text);
  const size = () => {
    const { isTTY, columns, rows } = process.stdout;
    return isTTY ? { columns, rows } : undefined;
  };
  const rollout = rolloutActions(
    env,
    { print, input: process.stdin, output: process.stderr },
    (code) => (exitCode = code),
  );
  const actions = {
    ...rollout,
    overview: async (options: Parameters<typeof statusCommand>[0]) => {
      exitCode = await statusCommand(options, env, { print, size });
    },
  };
  const command = program(actions, env);
  try {
    await command.parseAsync();
    return exitCode;
  } catch (error) {
    return exitCodeFor(error);
  }
}

void main().then((code) => process.exit(code));

import { isReplyError, whyAway } from '@quantum/redis-io';
import { CannotConnect, CannotRun, protectOutput } from '@quantum/service-kit';
import { EXIT_REFUSED, EXIT_UNREACHABLE, EXIT_USAGE } from './exit-codes.js';
import { lookActions } from './read-actions.js';
import { program } from './options.js';
import { rolloutActions } from './rollout/actions.js';
import { statusCommand, type StatusOptions } from './status/status.js';
import { switchActions } from './switches/actions.js';

const { env } = process;

protectOutput(EXIT_REFUSED);
// A reader that stops (`| head`) has seen enough.
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);

/** What Redis was asked where it answered with an error, which does not say it: the command and its first key. */
function askedOf({ command }: Error & { command?: { name: string; args: readonly unknown[] } }): string {
  const key = command?.args.find((arg): arg is string => typeof arg === 'string' && arg.startsWith('quantum:'));
  return command && key !== undefined ? `${command.name.toUpperCase()} ${key}: ` : '';
}

function exitCodeFor(error: unknown): number {
  const away = error instanceof CannotConnect ? error.message : whyAway(error);
  if (away !== undefined) {
    process.stderr.write(`Could not run: ${away}\n`);
    return EXIT_UNREACHABLE;
  }
  if (!(error instanceof CannotRun) && !(error instanceof Error && isReplyError(error))) throw error;
  process.stderr.write(`Could not run: ${askedOf(error)}${error.message}\n`);
  return error instanceof CannotRun ? EXIT_USAGE : EXIT_REFUSED;
}

async function main(): Promise<number> {
  let exitCode = 0;
  const terminal = {
    print: (text: string) => process.stdout.write(text),
    input: process.stdin,
    output: process.stderr,
  };
  const exitWith = (code: number): void => {
    exitCode = code;
  };
  const size = () => {
    const { isTTY, columns, rows } = process.stdout;
    return isTTY ? { columns, rows } : undefined;
  };
  const actions = {
    ...rolloutActions(env, terminal, exitWith),
    ...switchActions(env, terminal, exitWith),
    overview: async (options: StatusOptions) => {
      exitWith(await statusCommand(options, env, { print: terminal.print, size }));
    },
    ...lookActions(env, { ...terminal, isTTY: process.stdout.isTTY, columns: process.stdout.columns }, exitWith),
  };
  try {
    await program(actions, env).parseAsync();
    return exitCode;
  } catch (error) {
    return exitCodeFor(error);
  }
}

void main().then((code) => process.exit(code));

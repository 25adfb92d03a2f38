import './young-generation.js'; // before all others
import { isMainThread } from 'node:worker_threads';
import { CannotConnect, CannotRun, protectOutput } from '@quantum/service-kit';
import { explainCommand } from './explain/command.js';
import { program } from './options.js';
import { hoursCommand } from './hours/command.js';
import { compareScoresCommand } from './compare-scores/command.js';
import { recordCommand } from './record/command.js';
import { replayCommand } from './replay/command.js';
import { serveReplay } from './replay/workers.js';
import { terminalOf } from './report/columns.js';
import { reportCommand } from './report/command.js';

const EXIT_CANNOT_RUN = 2;
const { env } = process;

// An unexpected error is no verdict either: 1 means DIFFERENT, NOT_READY or not found.
protectOutput(EXIT_CANNOT_RUN);
// A reader that stops (`| head`) has seen enough.
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);

async function main(): Promise<number> {
  let exitCode = 0;
  const print = (text: string) => process.stdout.write(text);
  const warn = (text: string) => process.stderr.write(`${text}\n`);
  const command = program(
    {
      record: (file, options) => recordCommand(file, options, env),
      explain: async (hash, options) => {
        exitCode = await explainCommand(hash, options, env, print);
      },
      replay: async (file, options) => {
        exitCode = await replayCommand(file, options, print);
      },
      compareScores: (file, options) => {
        compareScoresCommand(file, options, print, warn);
      },
      hours: (file, options) => {
        hoursCommand(file, options, print, warn);
      },
      report: (file, options) => {
        exitCode = reportCommand(file, options, print, terminalOf(process.stdout, env));
      },
    },
    env,
  );
  for (const one of [command, ...command.commands]) {
    one.exitOverride(({ exitCode: code }) => process.exit(code === 0 ? 0 : EXIT_CANNOT_RUN));
  }
  try {
    await command.parseAsync();
    return exitCode;
  } catch (error) {
    // What the system refuses (no such folder, no space left) has a code.
    const isSystemError = error instanceof Error && 'code' in error && 'syscall' in error;
    if (!(error instanceof CannotRun || error instanceof CannotConnect || isSystemError)) throw error;
    process.stderr.write(`Could not run: ${error.message}\n`);
    return EXIT_CANNOT_RUN;
  }
}

// A replay starts this program as its workers, too.
if (isMainThread) void main().then((code) => process.exit(code));
else serveReplay();

import { CannotRun, createTicker } from '@quantum/service-kit';
import { firstEnding, interruption, type Ending, type Interrupted } from './ending.js';
import type { DemoOptions } from './options.js';
import { setUp, type Show } from './set-up.js';
import { RunResources } from './run-resources.js';
import { openScreen } from './view/screen.js';
import { stayedHealthy, summaryLines } from './view/summary.js';

const VIEW_MS = 500;
/** Exit code of a run that could not start. */
export const EXIT_CANNOT_RUN = 2;

/**
 * Runs the demo: Redis, feed, services, the view. Resolves to the exit code: 0 if all services stayed healthy, 1
 * if not or if the feed had to end, 2 if it could not start, 128 + the signal if interrupted. Everything that it set up
 * is gone by then. Only leftovers of an interrupted start go with this process.
 */
export async function runDemo(options: DemoOptions, appsFolder: string): Promise<number> {
  const interrupted = interruption();
  const resources = new RunResources();
  try {
    const show = await Promise.race([setUp(options, appsFolder, resources), interrupted]);
    if ('exitCode' in show) return show.exitCode;
    return await play(show, options, interrupted);
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    process.stderr.write(`${error.message}\n`);
    return EXIT_CANNOT_RUN;
  } finally {
    await resources.release();
  }
}

/** Shows the run until it ends, then its summary. */
async function play(show: Show, options: DemoOptions, interrupted: Promise<Interrupted>): Promise<number> {
  const screen = openScreen(process.stdout, process.env, options.tty);
  // In any case the terminal is restored.
  const giveBack = () => {
    screen.close();
  };
  process.once('exit', giveBack);
  const refresh = async () => {
    await show.poll();
    screen.show(show.view());
  };
  const ticker = createTicker({ intervalMs: VIEW_MS, run: refresh, onError: () => undefined });
  const ending = await firstEnding(interrupted, show.services.firstEnded, show.feedEnded, options.for);
  await ticker.stop();
  if (ending.kind === 'time') await show.services.ask();
  await refresh();
  screen.close();
  process.off('exit', giveBack);
  return conclude(ending, show);
}

async function conclude(ending: Ending, show: Show): Promise<number> {
  const view = show.view();
  if (ending.kind === 'service') {
    const { service } = ending;
    const log = await service.lastLogLines();
    process.stderr.write(`${service.name} ${service.ended ?? ''}; its last log lines:\n${log}\n`);
    return 1;
  }
  if (ending.kind === 'feed') {
    process.stderr.write(`${ending.why}\n`);
    return 1;
  }
  // After a signal the output may have no reader. After Ctrl-C the services have had the signal too, and are stopping.
  process.stdout.write(`\n${summaryLines(view).join('\n')}\n`);
  if (ending.kind === 'signal') return ending.exitCode;
  return view.services.every(stayedHealthy) ? 0 : 1;
}

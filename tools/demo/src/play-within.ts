import { CannotRun, messageOf } from '@quantum/service-kit';
import { interruption } from './ending.js';
import type { Say } from './rollout/watch.js';
import { RunResources } from './run-resources.js';

const CANNOT_RUN = 2;

/**
 * Plays a story in the time that it has, each line with the seconds since its start, and releases what it used. `fail`
 * ends it at once.
 * Resolves to the exit code: that of the play, 1 if it failed or was late, 2 if it could not start, 128 + the signal if
 * interrupted.
 */
export async function playWithin(
  maxMs: number,
  play: (resources: RunResources, say: Say, fail: (error: unknown) => void) => Promise<number>,
): Promise<number> {
  const resources = new RunResources();
  const startedMs = performance.now();
  const say: Say = (who, what) => {
    const sec = who === '' ? '' : `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
    process.stdout.write(`${sec.padStart(8)}  ${who.padEnd(9)} ${what}\n`);
  };
  try {
    let fail: (error: unknown) => void = () => undefined;
    const failure = new Promise<never>((_, reject) => {
      fail = reject;
      setTimeout(reject, maxMs, new Error(`the demo was not over after ${maxMs / 1000} s`)).unref();
    });
    const ended = await Promise.race([play(resources, say, fail), interruption(), failure]);
    return typeof ended === 'number' ? ended : ended.exitCode;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return error instanceof CannotRun ? CANNOT_RUN : 1;
  } finally {
    await resources.release();
  }
}

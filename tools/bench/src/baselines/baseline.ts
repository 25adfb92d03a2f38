import type { BaselineMessage, BaselineSetup } from '../harness/baseline-process.js';

/** Sets a baseline up and returns its work of one pass, which returns its measurement. */
export type Baseline<Options> = (
  setup: Omit<BaselineSetup, 'options'> & { options: Options },
) => Promise<() => Promise<number>>;

/** How long work takes, ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

/** Runs a baseline in this process, which the bench has forked for it. */
export async function runBaseline(baseline: Baseline<never>, setup: BaselineSetup): Promise<void> {
  const say = (message: BaselineMessage): void => void process.send?.(message);
  process.on('disconnect', () => process.exit());
  try {
    const pass = await baseline(setup as Parameters<typeof baseline>[0]);
    process.on('message', () => {
      pass().then(
        (value) => {
          say({ value });
        },
        (error: unknown) => {
          say({ error: String(error) });
        },
      );
    });
    say({ ready: true });
  } catch (error) {
    say({ error: String(error) });
  }
}

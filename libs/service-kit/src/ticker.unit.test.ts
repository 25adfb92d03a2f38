import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createTicker, systemTimers } from './ticker.js';
import type { TickerClock, Tick } from './ticker.js';

/** Whole milliseconds from 0, moved by jest's timers. */
const clock: TickerClock = { ...systemTimers, steadyMs: () => Date.now() };
const failed = (error: unknown): never => {
  throw error;
};

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});
afterEach(() => {
  jest.useRealTimers();
});

/** A run that takes the given milliseconds, the first of the list first; runs after those take none. */
function runsTaking(...durationsMs: number[]) {
  const ticks: (Tick & { atMs: number })[] = [];
  let running = 0;
  const run = async (tick: Tick): Promise<void> => {
    expect(++running).toBe(1);
    const durationMs = durationsMs[ticks.length] ?? 0;
    ticks.push({ ...tick, atMs: Date.now() });
    if (durationMs > 0) await new Promise((resolve) => setTimeout(resolve, durationMs));
    running -= 1;
  };
  return { ticks, run };
}

describe('createTicker', () => {
  it('runs at once and then on the grid, whatever a run takes within its interval', async () => {
    const { ticks, run } = runsTaking(40, 0, 99);
    const ticker = createTicker({ intervalMs: 100, run, onError: failed, clock });
    await jest.advanceTimersByTimeAsync(350);
    await ticker.stop();
    expect(ticks).toEqual([0, 100, 200, 300].map((atMs) => ({ atMs, dueMs: atMs, missed: 0 })));
  });

  it('never overlaps: a long run uses up slots, which are counted, and the grid stays', async () => {
    const { ticks, run } = runsTaking(250, 0, 120);
    const counts: number[] = [];
    const onMissed = (count: number) => counts.push(count);
    const ticker = createTicker({ intervalMs: 100, run, onError: failed, onMissed, clock });
    await jest.advanceTimersByTimeAsync(650);
    await ticker.stop();
    expect(ticks.map(({ atMs, missed }) => [atMs, missed])).toEqual([
      [0, 0],
      [300, 2],
      [400, 0],
      [600, 1],
    ]);
    expect(counts).toEqual([2, 1]);
  });

  it('takes the slot at which a run ends exactly', async () => {
    const { ticks, run } = runsTaking(200);
    const ticker = createTicker({ intervalMs: 100, run, onError: failed, clock });
    await jest.advanceTimersByTimeAsync(250);
    await ticker.stop();
    expect(ticks.map(({ dueMs, missed }) => [dueMs, missed])).toEqual([
      [0, 0],
      [200, 1],
    ]);
  });

  it('does not run a slot twice when a timer fires a little early', async () => {
    const early: TickerClock = { ...clock, setTimeout: (fire, delayMs) => setTimeout(fire, delayMs - 1) };
    const { ticks, run } = runsTaking();
    const ticker = createTicker({ intervalMs: 100, run, onError: failed, clock: early });
    await jest.advanceTimersByTimeAsync(250);
    await ticker.stop();
    expect(ticks.map(({ dueMs, missed }) => [dueMs, missed])).toEqual([
      [0, 0],
      [100, 0],
      [200, 0],
    ]);
  });

  it('goes on after a failed run', async () => {
    const errors: unknown[] = [];
    let runs = 0;
    const run = () => Promise.reject(new Error(`run ${++runs}`));
    const ticker = createTicker({ intervalMs: 100, run, onError: (error) => errors.push(error), clock });
    await jest.advanceTimersByTimeAsync(150);
    await ticker.stop();
    expect(errors).toEqual([new Error('run 1'), new Error('run 2')]);
  });

  it('stops after the current run', async () => {
    const { ticks, run } = runsTaking(50);
    const ticker = createTicker({ intervalMs: 100, run, onError: failed, clock });
    await jest.advanceTimersByTimeAsync(10);
    let stopped = false;
    const stopping = ticker.stop().then(() => (stopped = true));
    await jest.advanceTimersByTimeAsync(39);
    expect(stopped).toBe(false);
    await jest.advanceTimersByTimeAsync(500);
    await stopping;
    expect(ticks).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('runs nothing when it is stopped at once', async () => {
    const { ticks, run } = runsTaking();
    await createTicker({ intervalMs: 100, run, onError: failed, clock }).stop();
    expect(ticks).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Clock } from '@quantum/clock';
import { Registry } from 'prom-client';
import { buildMetrics } from './build.js';
import { counter, gauge } from './declaration.js';
import { ListedCounter, ListedGauge } from './listed.js';
import { YieldingRegistry } from './yielding-registry.js';

const DECLARED = {
  first: counter('first_total', 'Firsts', { kind: ['a', 'b'] }),
  second: gauge('second', 'Seconds', {}),
};

function filled(clock?: Clock) {
  const registry = new YieldingRegistry(clock);
  const metrics = buildMetrics(DECLARED, registry);
  metrics.first.inc({ kind: 'a' }, 2);
  metrics.second.set(3);
  new ListedGauge(gauge('by_symbol', 'Values "by" symbol', { symbol: 'any' }), registry, () => [
    [{ symbol: 'A"B\\C' }, 1.5],
    [{ symbol: 'absent' }, undefined],
    [{ symbol: 'not a number' }, NaN],
  ]);
  new ListedCounter(counter('by_reason_total', 'By reason', { symbol: 'any', reason: 'any' }), registry, () => [
    [{ symbol: 'X', reason: 'y' }, 7],
  ]);
  return registry;
}

describe('YieldingRegistry', () => {
  it('says what prom-client says', async () => {
    const registry = filled();
    const text = await registry.metrics();
    expect(text).toBe(await Registry.prototype.metrics.call(registry));
    expect(text.split('\n').filter((line) => line.startsWith('by_'))).toEqual([
      'by_symbol{symbol="A\\"B\\\\C"} 1.5',
      'by_reason_total{symbol="X",reason="y"} 7',
    ]);
  });

  /** How often other work had a turn during a scrape in which the clock moves this much at each look. */
  async function turnsOfOthers(stepMs: number): Promise<number> {
    let now = 0;
    const registry = filled({ wallSec: () => 0, steadyMs: () => (now += stepMs) });
    let turns = 0;
    let isEnded = false;
    const work = (): void => {
      turns += 1;
      if (!isEnded) setImmediate(work);
    };
    setImmediate(work);
    await registry.metrics().finally(() => (isEnded = true));
    return turns;
  }

  it('lets other work go on after each metric that takes long', async () => {
    expect(await turnsOfOthers(2)).toBeGreaterThanOrEqual(filled().getMetricsAsArray().length);
  });

  it('does not wait for other work after each metric that takes next to nothing: a scrape must end on a busy loop', async () => {
    expect(await turnsOfOthers(0.001)).toBeLessThan(3);
  });
});

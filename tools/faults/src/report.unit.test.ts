import { expect, it } from '@jest/globals';
import { seeded, seedOf } from '@quantum/testbed';
import { renderCounts, renderReport, type Result } from './report.js';
import { growthOf } from './soak.js';

const result = (name: string, ...kinds: string[]): Result => ({
  name,
  findings: kinds.map((kind) => ({ kind, text: `text of ${kind}` })),
  numbers: { kills: 3 },
  durationMs: 1500,
  replay: `replay ${name}`,
  folder: `/logs/${name}`,
});

it('shows a failure with everything needed to repeat it, and counts scenarios', () => {
  const results = [result('good'), result('bad', 'undecided', 'undecided', 'pending')];
  const report = renderReport(results);
  expect(report).toMatch(/good +│ ok +│ 1\.5 +│ kills 3/);
  expect(report).toContain('bad FAILED\n  undecided (2)\n    text of undecided');
  expect(report).toContain('play it again: replay bad\n  logs of the services: /logs/bad');
  expect(report).not.toContain('replay good');
  expect(JSON.parse(renderCounts(results))).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

it('draws the same from the same seed, and other values for another scenario', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, seeded(seed).next);
  expect(draw(seedOf(7, 'a'))).toEqual(draw(seedOf(7, 'a')));
  expect(draw(seedOf(7, 'a'))).not.toEqual(draw(seedOf(7, 'b')));
});

it('sees growth only after the warm-up', () => {
  const samples = (rss: (i: number) => number) =>
    Array.from({ length: 50 }, (_, i) => ({ rssMib: rss(i), handles: 20 }));
  expect(growthOf(samples((i) => Math.min(i, 20)))).toEqual({ rssMib: 0, handles: 0 });
  expect(growthOf(samples((i) => i)).rssMib).toBe(20);
});

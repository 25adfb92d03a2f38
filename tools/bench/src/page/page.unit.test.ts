import { describe, expect, it } from '@jest/globals';
import { figure, type Report } from '../measure/report.js';
import { number } from './format.js';
import { fillPage } from './page.js';

const report: Report = {
  bench: 'proposer',
  takenAt: '2024-01-02T03:04:05.000Z',
  commit: 'abc',
  machine: { cpu: 'some', cores: 2, memoryGb: 8, node: 'v20', redis: '7.0' },
  short: false,
  load: [0, 1],
  figures: [figure('cycle', 'a cycle', 'ms', { floor: [1, 2], service: [2, 6], 'one at a time': [40, 60] })],
};

describe('fillPage', () => {
  it('fills the marked sections, leaves the prose, and can be repeated', () => {
    const page = 'Before.\n<!-- measured: cycle -->\nold\n<!-- /measured -->\nAfter.\n';
    const filled = fillPage(page, [report]);
    expect(filled).toContain('| floor | 1.5 (1..2) | 2.5 (2..3) |');
    expect(filled).toMatch(/^Before\.\n[^]*\nAfter\.\n$/);
    expect(filled).not.toContain('old');
    expect(fillPage(filled, [report])).toBe(filled);
  });

  it('shows for each goal whether it is met, and which were not measured', () => {
    const goals = fillPage('<!-- measured: goals -->\n<!-- /measured -->', [report]);
    expect(goals).toContain('| at most 3 x the floor | 2.5 x (2..3) | yes | service 4 ms, floor 1.5 ms |');
    expect(goals).toContain('| if possible 2 x | 2.5 x (2..3) | **no** |');
    expect(goals).toContain('not taken');
  });

  it('keeps what it says of benches that were not run', () => {
    const names = ['machine', 'goals', 'cycle', 'steady run', 'work', 'proposer profile', 'replay'];
    const page = names.map((name) => `<!-- measured: ${name} -->\nold ${name}\n<!-- /measured -->\n`).join('\n');
    const filled = fillPage(page, [report]);
    for (const name of names.slice(3)) expect(filled).toContain(`old ${name}\n`);
    const replay = figure('replay plans RSS', 'memory', 'MB', { replay: [150] });
    const both = fillPage(filled, [{ ...report, bench: 'replay', commit: 'def', figures: [replay] }]);
    expect(both).toContain('| floor | 1.5 (1..2) | 2.5 (2..3) |');
    expect(both).toMatch(/\| proposer \| .* \| abc \|.*\n\| replay \| .* \| def \|/);
    expect(both).toContain('| at most 3 x the floor | 2.5 x (2..3) | yes | service 4 ms, floor 1.5 ms |');
    expect(both).toContain('| below 200 MB | 150 MB | yes |');
    expect(both).not.toContain('old replay');
  });

  it('refuses marks that it does not know', () => {
    expect(() => fillPage('<!-- measured: nonsense -->\n<!-- /measured -->', [])).toThrow('nonsense');
  });
});

describe('number', () => {
  it.each([
    [1234567, '1,230,000'],
    [0.012345, '0.0123'],
    [45.67, '45.7'],
    [NaN, '-'],
  ])('shows three digits of %d', (value, text) => {
    expect(number(value)).toBe(text);
  });
});

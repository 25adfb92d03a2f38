import { describe, expect, it } from '@jest/globals';
import { DEADLETTER_REASONS, EFFICIENCY_REASONS, GATE_NAMES, SKIP_REASONS } from '@quantum/redis-schemas';
import { describeMetrics } from '@quantum/metrics';
import { fillBlocks } from './blocks.js';
import { anchorsOf, relativeLinks } from './links.js';
import { table } from './markdown.js';
import { TABLES } from './tables.js';

describe('fillBlocks', () => {
  const tables = { list: () => 'new' };

  it('replaces what stands in a block and nothing else, and is stable', () => {
    const once = fillBlocks('a\n<!-- generated: list -->\nold\n<!-- end -->\nb', tables);
    expect(once).toBe('a\n<!-- generated: list -->\n\nnew\n\n<!-- end -->\nb');
    expect(fillBlocks(once, tables)).toBe(once);
  });

  it('refuses a list that no one makes, and a block without an end', () => {
    expect(() => fillBlocks('<!-- generated: x -->\n<!-- end -->', tables)).toThrow('no one makes the list x');
    expect(() => fillBlocks('<!-- generated: list -->\n', tables)).toThrow('has no <!-- end -->');
  });
});

describe('table', () => {
  it('escapes what would end a cell', () => {
    expect(table(['a'], [['x|y']])).toContain('x\\|y');
  });
});

describe('links', () => {
  it('are found with their anchors, not those in code or on the web', () => {
    expect(relativeLinks('[a](b.md#c) [w](https://x) [i](#i) `[c](d)`\n```\n[e](f)\n```')).toEqual([
      { file: 'b.md', anchor: 'c' },
      { file: '', anchor: 'i' },
    ]);
  });

  it('lead to headings as GitHub names them', () => {
    const document = '# One: the `first` (1)\n```\n# no heading\n```\n## P3.1’s keys, read-only \ntext # none\n';
    expect(anchorsOf(document)).toEqual(['one-the-first-1', 'p31s-keys-read-only']);
  });
});

describe('the generated lists', () => {
  const codesOf = (name: string): string[] =>
    (TABLES[name]?.() ?? '').split('\n').flatMap((line) => /^\| `([^`]+)`/.exec(line)?.[1] ?? []);

  it('list every reason and gate of the code, in its order', () => {
    expect(codesOf('reasons:efficiency')).toEqual(EFFICIENCY_REASONS);
    expect(codesOf('reasons:skip')).toEqual(SKIP_REASONS);
    expect(codesOf('reasons:deadletter')).toEqual(DEADLETTER_REASONS);
    expect(codesOf('gates')).toEqual(GATE_NAMES);
  });

  it('agree with the label values of the metrics', () => {
    const labels = (metric: string, label: string) =>
      describeMetrics().find(({ name }) => name === metric)?.labels[label];
    expect(labels('p29_shadow_proposed_total', 'reason')).toEqual(codesOf('reasons:efficiency'));
    expect(labels('p29_shadow_skipped_total', 'reason')).toEqual(codesOf('reasons:skip'));
    expect(labels('p32_gate_total', 'gate')).toEqual(codesOf('gates'));
    expect(labels('p32_deadletter_total', 'reason')).toEqual(codesOf('reasons:deadletter'));
    expect(labels('p32_errors_total', 'kind')).toEqual(codesOf('reasons:errors'));
  });
});

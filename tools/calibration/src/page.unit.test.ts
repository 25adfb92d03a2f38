import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIGURES, fillPage, tenthsTable } from './page.js';
import { ROLLOUT_FIGURES } from './rollout-page.js';
import { table } from './table.js';

describe('the page', () => {
  it('gets its figures between the marks, and keeps its prose', () => {
    const page = 'Before.\n<!-- measured: noise -->\nold\n<!-- /measured -->\nAfter.\n';
    expect(fillPage(page, (name) => `new ${name}`)).toBe(
      'Before.\n<!-- measured: noise -->\n\nnew noise\n\n<!-- /measured -->\nAfter.\n',
    );
  });

  it.each([
    ['brain.md', FIGURES],
    ['rollout.md', ROLLOUT_FIGURES],
  ])('%s has a place for every block of figures', (page, figures) => {
    const names: string[] = [];
    fillPage(readFileSync(join(__dirname, '..', '..', '..', 'docs', page), 'utf8'), (name) => {
      names.push(name);
      return '';
    });
    expect(names.sort()).toEqual(Object.keys(figures).sort());
  });

  it('has a table with numbers to the right', () => {
    expect(table(['a', 'b'], [['x', '1']])).toBe('| a | b |\n| --- | ---: |\n| x | 1 |');
  });

  it('gives no share of a few symbols', () => {
    const tenths = [
      { from: 0.2, symbols: 399, positive: 0.5 },
      { from: 0.3, symbols: 1400, positive: 0.41 },
    ];
    expect(tenthsTable(tenths).split('\n').slice(2)).toEqual([
      '| 0.2 to 0.3 | 399 | too few |  |',
      '| 0.3 to 0.4 | 1,400 | 0.410 | 0.010 |',
    ]);
  });
});

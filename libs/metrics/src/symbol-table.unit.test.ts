import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SymbolTable } from './symbol-table.js';

const names = (table: SymbolTable<unknown>) => [...table].map(([{ symbol }]) => symbol);

describe('SymbolTable', () => {
  it('serves the first symbols, and counts each of the others once', () => {
    const table = new SymbolTable(2, () => ({}));
    for (const symbol of ['A', 'B', 'C', 'A', 'C', 'D']) table.entry(symbol);
    expect([names(table), table.leftOut]).toEqual([['A', 'B'], 2]);
    expect(table.entry('A')).toBe(table.entry('A'));
    expect(table.entry('C')).toBeUndefined();
  });

  it('gives a freed entry to the next symbol that asks', () => {
    const table = new SymbolTable(1, () => ({}));
    for (const symbol of ['A', 'B', 'C']) table.entry(symbol);
    table.delete('A');
    expect([names(table), table.leftOut]).toEqual([[], 2]);
    table.entry('C');
    expect([names(table), table.leftOut]).toEqual([['C'], 1]);
    table.retain(['D']);
    expect([names(table), table.leftOut]).toEqual([[], 0]);
  });

  it('leaves out exactly the symbols beyond its limit, for any sequence', () => {
    const symbol = fc.constantFrom('A', 'B', 'C', 'D', 'E');
    const step = fc.oneof(
      fc.record({ entry: symbol }),
      fc.record({ delete: symbol }),
      fc.record({ retain: fc.uniqueArray(symbol) }),
    );
    fc.assert(
      fc.property(fc.nat(4), fc.array(step), (max, steps) => {
        const table = new SymbolTable(max, () => ({}));
        const alive = new Set<string>();
        for (const done of steps) {
          if ('entry' in done) {
            table.entry(done.entry);
            alive.add(done.entry);
          } else if ('delete' in done) {
            table.delete(done.delete);
            alive.delete(done.delete);
          } else {
            table.retain(done.retain);
            for (const known of alive) if (!new Set<string>(done.retain).has(known)) alive.delete(known);
          }
          expect(names(table).length).toBeLessThanOrEqual(max);
          expect(names(table).every((known) => alive.has(known))).toBe(true);
          expect(names(table).length + table.leftOut).toBe(alive.size);
        }
      }),
    );
  });
});

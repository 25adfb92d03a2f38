import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SymbolDirectory } from './symbols.js';

/** The rule in plain code: every sighting with its time; a whole scan keeps who was seen since it began. */
class Model {
  #time = 0;
  #scanStart = 0;
  #lastSeen = new Map<string, number>();
  beginScan(): void {
    this.#scanStart = this.#time += 1;
  }
  see(symbol: string): void {
    this.#lastSeen.set(symbol, (this.#time += 1));
  }
  endScan(): void {
    for (const [symbol, seen] of [...this.#lastSeen]) if (seen < this.#scanStart) this.#lastSeen.delete(symbol);
  }
  list(): string[] {
    return [...this.#lastSeen.keys()].sort();
  }
}

const step = fc.oneof(
  fc.constant({ do: 'beginScan' as const }),
  fc.constant({ do: 'endScan' as const }),
  fc.record({ do: fc.constant('see' as const), symbol: fc.constantFrom('A', 'B', 'C:D', 'é', '') }),
);

describe('SymbolDirectory', () => {
  it('agrees with the rule, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const directory = new SymbolDirectory();
        const model = new Model();
        for (const each of steps) {
          for (const side of [directory, model]) {
            if (each.do === 'see') side.see(each.symbol);
            else side[each.do]();
          }
          expect(directory.list()).toEqual(model.list());
        }
      }),
    );
  });

  it('keeps a symbol that was announced while a scan ran, until the next whole scan does not show it', () => {
    const directory = new SymbolDirectory();
    directory.beginScan();
    directory.see('NEW');
    directory.endScan();
    expect(directory.has('NEW')).toBe(true);
    directory.beginScan();
    expect(directory.has('NEW')).toBe(true);
    directory.endScan();
    expect(directory.list()).toEqual([]);
  });

  it('loses nothing by a scan that never ends', () => {
    const directory = new SymbolDirectory();
    directory.see('A');
    directory.beginScan();
    directory.beginScan();
    expect(directory.list()).toEqual(['A']);
  });
});

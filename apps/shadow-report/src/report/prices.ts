import { readFileSync } from 'node:fs';
import { parseNumber } from '@quantum/redis-schemas';
import { CannotRun } from '@quantum/service-kit';
import type { PriceRows } from '@quantum/shadow-evidence';
import { wrapped } from '../policy.js';

/** Unix seconds from here on are of the year 5138 or later: milli-, micro- or nanoseconds. */
const NOT_SECONDS = 1e11;

/**
 * Reads a table of prices: `ts_epoch,SYMBOL,...`, then a line a time with unix seconds and a price in USD per symbol;
 * an empty cell is no price. `delaySec` is how long after its time a price was known: closes that are stamped with the
 * start of their minute were known 60 s later.
 * @throws CannotRun naming the first line that is not so
 */
export function readPrices(path: string, delaySec: number): PriceRows {
  const [header = [], ...lines] = linesOf(path).map((line) => line.split(',').map((cell) => cell.trim()));
  const [first, ...symbols] = header;
  if (first !== 'ts_epoch' || symbols.length === 0) {
    throw new CannotRun(`${path}: the first line must be ts_epoch, then a symbol a column`);
  }
  const twice = symbols.find((symbol, at) => symbols.indexOf(symbol) < at);
  if (twice !== undefined) throw new CannotRun(`${path}: the first line: ${twice} has two columns`);
  let lastSec = -Infinity;
  const rows = lines.map((cells, i) => {
    const wrong = (why: string): CannotRun => new CannotRun(`${path}: line ${i + 2}: ${why}`);
    if (cells.length !== header.length) throw wrong(`${header.length} columns are needed, there are ${cells.length}`);
    const tsSec = parseNumber(cells[0]);
    if (tsSec !== undefined && tsSec >= NOT_SECONDS) {
      throw wrong(`ts_epoch ${cells[0]} is in milli- or microseconds; unix seconds are needed`);
    }
    if (tsSec === undefined || tsSec <= lastSec) throw wrong('times must be unix seconds that grow from line to line');
    lastSec = tsSec;
    const prices = cells.slice(1).map((cell) => {
      const price = parseNumber(cell);
      if (cell !== '' && (price === undefined || price <= 0)) throw wrong(`"${cell}" is no price`);
      return price;
    });
    return { tsSec: tsSec + delaySec, prices };
  });
  return { symbols, rows };
}

const linesOf = (path: string): string[] =>
  wrapped(() => readFileSync(path, 'utf8')).replace(/^\uFEFF/, '').split(/\r?\n/).filter((line) => line.trim() !== ''); // prettier-ignore

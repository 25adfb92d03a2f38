import { parseNumber } from '@quantum/redis-schemas';
import type { PriceRow, PriceSource } from './price-source.js';

/** Minimum number of rows: a window of returns and a little to play. */
export const MIN_ROWS = 60;

/** An unusable price file; the message names the line. */
export class PriceFileError extends Error {
  override name = 'PriceFileError';
}

interface PriceTable {
  symbols: string[];
  /** Oldest first. */
  rows: PriceRow[];
}

/**
 * Reads a table of one-minute closes: a header `ts_epoch,SYMBOL,...`, then a line per minute with unix seconds and a
 * price in USD per symbol.
 * @throws PriceFileError naming the first invalid line.
 */
export function parsePriceTable(text: string): PriceTable {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, index) => ({ number: index + 1, cells: line.split(',').map((cell) => cell.trim()), line }))
    .filter(({ line }) => line.trim() !== '');
  const header = lines.shift();
  if (header === undefined) throw new PriceFileError('the file is empty');
  const symbols = parseHeader(header.cells);
  let previousSec = -Infinity;
  const rows = lines.map(({ number, cells }) => {
    const row = parseRow(cells, symbols, number);
    if (row.tsEpochSec <= previousSec) throw new PriceFileError(`line ${number}: times must grow from line to line`);
    previousSec = row.tsEpochSec;
    return row;
  });
  if (rows.length < MIN_ROWS) {
    throw new PriceFileError(`at least ${MIN_ROWS} lines of prices are needed, the file has ${rows.length}`);
  }
  return { symbols, rows };
}

function parseHeader([first, ...symbols]: string[]): string[] {
  if (first !== 'ts_epoch') {
    throw new PriceFileError(`line 1: the first column must be called ts_epoch, not "${first ?? ''}"`);
  }
  if (symbols.length === 0) throw new PriceFileError('line 1: there is no symbol beside ts_epoch');
  for (const symbol of symbols) {
    if (!/^[^{}\p{Cc}]{1,64}$/u.test(symbol)) throw new PriceFileError(`line 1: "${symbol}" cannot be a symbol`);
  }
  const twice = symbols.find((symbol, index) => symbols.indexOf(symbol) !== index);
  if (twice !== undefined) throw new PriceFileError(`line 1: ${twice} occurs twice`);
  return symbols;
}

function parseRow(cells: string[], symbols: string[], number: number): PriceRow {
  if (cells.length !== symbols.length + 1) {
    throw new PriceFileError(`line ${number}: ${symbols.length + 1} columns are needed, there are ${cells.length}`);
  }
  const [timeText, ...priceTexts] = cells;
  const tsEpochSec = parseNumber(timeText);
  if (tsEpochSec === undefined || tsEpochSec < 0) {
    throw new PriceFileError(`line ${number}: "${timeText ?? ''}" is no time in unix seconds`);
  }
  const pricesUsd = priceTexts.map((text, index) => {
    const price = parseNumber(text);
    if (price === undefined || price <= 0) {
      throw new PriceFileError(`line ${number}: "${text}" is no price of ${symbols[index] ?? ''}`);
    }
    return price;
  });
  return { tsEpochSec, pricesUsd };
}

/** Plays a table in a loop. */
export function tableSource({ symbols, rows }: PriceTable, fileName: string): PriceSource {
  let index = 0;
  return {
    symbols,
    description: `real, ${fileName} (${rows.length} minutes)`,
    next() {
      const row = rows[index % rows.length] as PriceRow;
      index += 1;
      return row;
    },
  };
}

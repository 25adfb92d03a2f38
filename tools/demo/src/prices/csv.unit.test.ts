import { describe, expect, it } from '@jest/globals';
import { MIN_ROWS, parsePriceTable, PriceFileError, tableSource } from './csv.js';

const rows = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${1_700_000_000 + 60 * i},${i + 1},4.91e-06`);
const file = (header: string, lines: readonly string[]): string => [header, ...lines, ''].join('\n');
const good = file('ts_epoch,AAAUSDT,BBBUSDT', rows(MIN_ROWS));

describe('a file of prices', () => {
  it('is read: symbols from its header, a price per symbol and minute', () => {
    const { symbols, rows: read } = parsePriceTable(good);
    expect(symbols).toEqual(['AAAUSDT', 'BBBUSDT']);
    expect(read).toHaveLength(MIN_ROWS);
    expect(read[1]).toEqual({ tsEpochSec: 1_700_000_060, pricesUsd: [2, 4.91e-6] });
  });

  it('may have a byte order mark, other line ends, blank lines and blanks around its cells', () => {
    const odd = `\uFEFF${good.replaceAll('\n', ' \r\n').replaceAll(',', ' , ')}\r\n\r\n`;
    expect(parsePriceTable(odd)).toEqual(parsePriceTable(good));
  });

  it.each([
    ['', 'the file is empty'],
    [file('time,AAA', rows(60)), 'line 1: the first column must be called ts_epoch, not "time"'],
    [file('ts_epoch', rows(60)), 'line 1: there is no symbol beside ts_epoch'],
    [file('ts_epoch,A,A', rows(60)), 'line 1: A occurs twice'],
    [file('ts_epoch,A,{B}', rows(60)), 'line 1: "{B}" cannot be a symbol'],
    [file('ts_epoch,A,B', ['1,2']), 'line 2: 3 columns are needed, there are 2'],
    [file('ts_epoch,A,B', ['soon,2,3']), 'line 2: "soon" is no time in unix seconds'],
    [file('ts_epoch,A,B', ['1,2,']), 'line 2: "" is no price of B'],
    [file('ts_epoch,A,B', ['1,2,0x10']), 'line 2: "0x10" is no price of B'],
    [file('ts_epoch,A,B', ['1,2,0']), 'line 2: "0" is no price of B'],
    [file('ts_epoch,A,B', ['1,2,3', '', '1,2,3']), 'line 4: times must grow from line to line'],
    [file('ts_epoch,A,B', rows(59)), 'at least 60 lines of prices are needed, the file has 59'],
  ])('is refused with the invalid line (%#)', (text, message) => {
    expect(() => parsePriceTable(text)).toThrow(new PriceFileError(message));
  });

  it('starts again at its end', () => {
    const source = tableSource(parsePriceTable(good), 'closes.csv');
    const played = Array.from({ length: MIN_ROWS + 1 }, () => source.next());
    expect(played[MIN_ROWS]).toEqual(played[0]);
    expect(source.description).toBe('real, closes.csv (60 minutes)');
  });
});

import { describe, expect, it } from '@jest/globals';
import { DEFAULT_THRESHOLDS } from '@quantum/shadow-evidence';
import { pricesOf, proposalsOf, reportOf, type Run } from '../runs.test-support.js';
import { columnsText, terminalOf, type Column } from './columns.js';
import { reportText } from './text.js';

const RUN: Run = { cycles: 60, everySec: 1 };
const report = reportOf(proposalsOf(RUN), { everySec: 1, prices: pricesOf(RUN), thresholds: DEFAULT_THRESHOLDS });
const ESCAPE = '\u001b[';

describe('the report in a terminal', () => {
  it.each([72, 80, 100, 120])('fits %d columns, with nothing behind the last word of a line', (width) => {
    for (const line of reportText(report, { width, colour: false }).split('\n')) {
      expect(line.length).toBeLessThanOrEqual(width);
      expect(line).toBe(line.trimEnd());
    }
  });

  it('ends with the verdict in one word, for scripts', () => {
    const last = reportText(report, { width: 80, colour: false }).trimEnd().split('\n').at(-1);
    expect(last).toBe('INSUFFICIENT_DATA');
  });

  it('names samples beside the thresholds where there is room', () => {
    expect(reportText(report, { width: 120, colour: false })).toMatch(
      /^Multiplier, mean .* 180 proposals +not judged$/m,
    );
    expect(reportText(report, { width: 80, colour: false })).toMatch(/^Multiplier, mean +1\.\d{3} x +0\.8 to 1\.2 x +not judged$/m); // prettier-ignore
  });

  it('has the same words with colours and without', () => {
    const plain = reportText(report, { width: 80, colour: false });
    const coloured = reportText(report, { width: 80, colour: true });
    expect(plain).not.toContain(ESCAPE);
    expect(coloured).toContain(`${ESCAPE}32mpass`);
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
  });

  it('says what is wrong with the file', () => {
    const text = reportText(
      { ...report, tornBytes: 7, damage: { places: 1, bytes: 12 } },
      { width: 120, colour: false },
    );
    expect(text).toContain('the last 7 bytes are no whole write');
    expect(text).toContain('12 bytes in 1 places are damaged');
  });
});

describe('columns', () => {
  const columns: Column[] = [
    { head: 'A', align: 'left' },
    { head: 'B', align: 'right' },
  ];

  it('print a note that rows share once, below the last of them', () => {
    const rows = [1, 2, 3].map((i) => ({ cells: [`a${i}`, String(i)], notes: [i < 3 ? 'both' : undefined] }));
    expect(columnsText(columns, rows, { width: 60, colour: false })).toBe('A   B\na1  1\na2  2\n    both\na3  3');
  });
});

describe('the width and the colours of a terminal', () => {
  const tty = { columns: 90, isTTY: true, hasColors: () => true };
  it.each([
    [{ width: 90, colour: true }, tty, {}],
    [{ width: 90, colour: false }, tty, { NO_COLOR: '1' }],
    [{ width: 90, colour: true }, tty, { NO_COLOR: '' }],
    [{ width: 120, colour: false }, { ...tty, columns: 300, hasColors: () => false }, {}],
    [{ width: 100, colour: false }, {}, {}],
    [{ width: 80, colour: false }, {}, { COLUMNS: '80' }],
    [{ width: 72, colour: false }, {}, { COLUMNS: '10' }],
  ])('are %j of %j and %j', (expected, out, env) => {
    expect(terminalOf(out, env)).toEqual(expected);
  });
});

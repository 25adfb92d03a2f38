import { headerLines } from './header.js';
import { beside, paintLine, type Line, type Paint } from './line.js';
import { permitLines, PERMITS_WIDTH, refusalLine, refusalLines, SYMBOLS_WIDTH, symbolLines } from './tables.js';
import type { View } from './view.js';

/** From this width on, permits are beside the symbols, otherwise below them. */
const SIDE_BY_SIDE_WIDTH = SYMBOLS_WIDTH + PERMITS_WIDTH;
/** In one column, the permits get at least this many lines. */
const MIN_PERMIT_LINES = 5;

export interface Size {
  columns: number;
  rows: number;
}

/** The whole screen as text: `rows` lines at most, none wider than `columns`. Pure. */
export function renderFrame(view: View, { columns, rows }: Size, paint: Paint): string[] {
  const header = headerLines(view, columns);
  const available = Math.max(0, rows - header.length - 1);
  const body = columns >= SIDE_BY_SIDE_WIDTH ? twoColumns(view, available) : oneColumn(view, available, columns);
  return [...header, [], ...body].slice(0, Math.max(0, rows)).map((line) => paintLine(line, columns, paint));
}

function twoColumns(view: View, available: number): Line[] {
  const refusals = refusalLines(view);
  const permits = permitLines(view.snapshot, Math.max(2, available - refusals.length - 1));
  return beside(symbolLines(view.snapshot, available, SYMBOLS_WIDTH), SYMBOLS_WIDTH, [...refusals, [], ...permits]);
}

function oneColumn(view: View, available: number, columns: number): Line[] {
  const needed = view.snapshot.symbols.size + 1;
  const symbols = Math.max(2, Math.min(needed, available - MIN_PERMIT_LINES - 3));
  const below: Line[] = [[], refusalLine(view), [], ...permitLines(view.snapshot, available - symbols - 3)];
  return [...symbolLines(view.snapshot, symbols, columns), ...below.map((line): Line => [[' '], ...line])];
}

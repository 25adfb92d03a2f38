import type { ApplyTally } from '../feed/apply-layer.js';
import type { Board, PermitRow, SymbolRow } from '../observe/board.js';
import { cell, type Line, type Span, type Style } from './line.js';
import { decimals, tally, total, usd } from './text.js';
import type { View } from './view.js';

const BAR_HALF = 5;
/** Distance of a multiplier from 1 that fills half a bar: the maximum of the default limits. */
const BAR_RANGE = 0.5;

export const SYMBOLS_WIDTH = 82;
export const PERMITS_WIDTH = 57;

const SYMBOLS_HEAD = ` ${cell('SYMBOL', 10)}${cell('BASE USD', 10, 'end')}${cell('PROPOSED', 11, 'end')}${cell('MULT', 8, 'end')}  ${cell('', 2 * BAR_HALF + 1)}${cell('SCORE', 7, 'end')}${cell('CONF', 6, 'end')}  REASON`;

/** The proposals, a line per symbol in the order of their names, in at most `height` lines. */
export function symbolLines({ symbols }: Board, height: number): Line[] {
  if (height <= 0) return [];
  const rows = [...symbols.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  const available = height - 1;
  const shown = rows.length <= available ? rows : rows.slice(0, Math.max(0, available - 1));
  const hidden = rows.length - shown.length;
  return [
    [[SYMBOLS_HEAD, 'dim']],
    ...shown.map(symbolLine),
    ...(hidden > 0 && available > 0 ? [[[` and ${hidden} more`, 'dim']] satisfies Line] : []),
    ...(rows.length === 0 && available > 0 ? [[[' no proposal yet', 'dim']] satisfies Line] : []),
  ];
}

function symbolLine({ symbol, baseUsd, proposedUsd, multiplier, score, confidence, reason }: SymbolRow): Line {
  const style = multiplier > 1 ? 'cyan' : multiplier < 1 ? 'yellow' : 'dim';
  return [
    [` ${cell(symbol, 10)}`],
    [cell(usd(baseUsd), 10, 'end'), 'dim'],
    [cell(usd(proposedUsd), 11, 'end')],
    [`${cell(decimals(multiplier, 4), 8, 'end')}  `, style],
    ...bar(multiplier, style),
    [cell(decimals(score, 4), 7, 'end')],
    [cell(decimals(confidence, 3), 6, 'end'), 'dim'],
    [`  ${cell(reason, 12)}`, reason === 'ok' ? 'dim' : reason === 'redis_error' ? 'red' : 'yellow'],
  ];
}

/** Distance of a multiplier from 1, to the left or to the right of a mark. */
function bar(multiplier: number, style: Style): Span[] {
  const share = Number.isFinite(multiplier) ? Math.min(Math.abs(multiplier - 1) / BAR_RANGE, 1) : 0;
  const filled = '━'.repeat(Math.round(share * BAR_HALF));
  const left = multiplier < 1 ? filled : '';
  const right = multiplier > 1 ? filled : '';
  return [
    [cell(left, BAR_HALF, 'end'), style],
    ['│', 'dim'],
    [cell(right, BAR_HALF), style],
  ];
}

const PLAN_WIDTH = 8;
const PERMITS_HEAD = `${cell('PLAN', PLAN_WIDTH)}${cell('SYMBOL', 10)}${cell('HINT', 9)}${cell('FACTOR', 7, 'end')}${cell('COOLDOWN', 9, 'end')}  REASON`;

/** The last permits, newest first, in at most `height` lines. */
export function permitLines({ permits, hints }: Board, height: number): Line[] {
  const lines: Line[] = [
    [['PERMITS ', 'bold'], [`${total(hints)}, of them ${hints.get('DOWNSIZE') ?? 0} hinted smaller`]],
    [[PERMITS_HEAD, 'dim']],
    ...permits.map(permitLine),
  ];
  return lines.slice(0, Math.max(0, height));
}

const permitLine = ({ planId, symbol, hint, factor, cooldownSec, reason }: PermitRow): Line => [
  [cell(shortId(planId), PLAN_WIDTH), 'dim'],
  [cell(symbol, 10)],
  [cell(hint, 9), hint === 'DOWNSIZE' ? 'yellow' : 'dim'],
  [cell(decimals(factor, 4), 7, 'end')],
  [cell(`${cooldownSec} s`, 9, 'end'), cooldownSec > 0 ? 'yellow' : 'dim'],
  [`  ${cell(reason, 12)}`, reason === 'ok' ? 'dim' : 'yellow'],
];

/** The end of a plan id, from its last dash on if that is short enough: ids differ there. */
function shortId(planId: string): string {
  if (planId.length < PLAN_WIDTH) return planId;
  const dash = planId.lastIndexOf('-');
  return `…${planId.slice(Math.max(dash, planId.length - PLAN_WIDTH + 2))}`;
}

/** Refusals by gate, the most first, a line each, and the outcome of the other plans. */
export const refusalLines = (view: View): Line[] => [
  [['REFUSED ', 'bold'], [refusedOfAll(view)]],
  ...[...view.board.refusals]
    .sort(([, a], [, b]) => b - a)
    .map(([gate, count]): Line => [[cell(gate, 19)], [cell(String(count), 6, 'end'), 'yellow']]),
  [[`not to be executed ${notExecuted(view)}, dead-lettered ${view.board.deadLetters}`, 'dim']],
  ...(view.feed === undefined ? [] : [[[consumedText(view.feed.tally), 'dim']] satisfies Line]),
];

/** The same in one line. */
export const refusalLine = (view: View): Line => [
  ['REFUSED ', 'bold'],
  [`${refusedOfAll(view)}  `],
  [tally(view.board.refusals), 'dim'],
];

const refusedOfAll = ({ board: { refusals, plans } }: View): string =>
  `${total(refusals)} of ${plans.get('EXECUTE') ?? 0} plans`;

const notExecuted = ({ board: { plans } }: View): number => total(plans) - (plans.get('EXECUTE') ?? 0);

const consumedText = ({ asked, consumed, refused, unanswered }: Readonly<ApplyTally>): string =>
  `Apply Layer: ${consumed} permits consumed, waiting for ${asked - consumed - refused - unanswered}`;

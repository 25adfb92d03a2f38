import { tally, total, type DecisionRow, type HintRow, type Snapshot, type SymbolRow } from '@quantum/read-model';
import type { ApplyTally } from '../feed/apply-layer.js';
import { cell, type Line, type Span, type Style } from './line.js';
import { decimals, usd } from './text.js';
import type { View } from './view.js';

const BAR_HALF = 5;
/** Distance of a multiplier from 1 that fills half a bar: the maximum of the default limits. */
const BAR_RANGE = 0.5;

export const SYMBOLS_WIDTH = 90;
export const PERMITS_WIDTH = 57;

const symbolsHead = (isWide: boolean): string =>
  ` ${cell('SYMBOL', 10)}${cell('BASE USD', 9, 'end')}${cell('PROPOSED', 9, 'end')}${cell('MULT', 8, 'end')}  ${cell('', 2 * BAR_HALF + 1)}${cell('SCORE', 7, 'end')}${cell('CONF', 6, 'end')}${isWide ? `${cell('N_EFF', 7, 'end')}${cell('COVER', 6, 'end')}` : ''}  REASON`;

/**
 * The proposals, a line per symbol in the order of their names, in at most `height` lines. Where there is no room for
 * all columns, those of the brain's measure are left out, so that the reason stays.
 */
export function symbolLines({ symbols }: Snapshot, height: number, columns: number): Line[] {
  if (height <= 0) return [];
  const rows = [...symbols.values()]
    .filter(({ reason }) => reason !== '')
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  const available = height - 1;
  const isWide = columns >= SYMBOLS_WIDTH;
  const shown = rows.length <= available ? rows : rows.slice(0, Math.max(0, available - 1));
  const hidden = rows.length - shown.length;
  return [
    [[symbolsHead(isWide), 'dim']],
    ...shown.map((row) => symbolLine(row, isWide)),
    ...(hidden > 0 && available > 0 ? [[[` and ${hidden} more`, 'dim']] satisfies Line] : []),
    ...(rows.length === 0 && available > 0 ? [[[' no proposal yet', 'dim']] satisfies Line] : []),
  ];
}

/** A proposal, with what the brain has measured of its symbol. */
function symbolLine(row: SymbolRow, isWide: boolean): Line {
  const { symbol, baseUsd, proposedUsd, multiplier, score, confidence, reason, effectivePeriods, coverage } = row;
  const distance = (multiplier ?? 1) - 1;
  const measured: Line = [
    [cell(decimals(effectivePeriods, 1), 7, 'end')],
    [cell(decimals(coverage, 2), 6, 'end'), 'dim'],
  ];
  const style = distance > 0 ? 'cyan' : distance < 0 ? 'yellow' : 'dim';
  return [
    [` ${cell(symbol, 10)}`],
    [cell(usd(baseUsd), 9, 'end'), 'dim'],
    [cell(usd(proposedUsd), 9, 'end')],
    [`${cell(decimals(multiplier, 4), 8, 'end')}  `, style],
    ...bar(distance, style),
    [cell(decimals(score, 4), 7, 'end')],
    [cell(decimals(confidence, 3), 6, 'end'), 'dim'],
    ...(isWide ? measured : []),
    [`  ${cell(reason, 12)}`, reason === 'ok' ? 'dim' : reason === 'redis_error' ? 'red' : 'yellow'],
  ];
}

/** Distance of a multiplier from 1, to the left or to the right of a mark. */
function bar(distance: number, style: Style): Span[] {
  const filled = '━'.repeat(Math.round(Math.min(Math.abs(distance) / BAR_RANGE, 1) * BAR_HALF));
  const left = distance < 0 ? filled : '';
  const right = distance > 0 ? filled : '';
  return [
    [cell(left, BAR_HALF, 'end'), style],
    ['│', 'dim'],
    [cell(right, BAR_HALF), style],
  ];
}

const PLAN_WIDTH = 8;
const PERMITS_HEAD = `${cell('PLAN', PLAN_WIDTH)}${cell('SYMBOL', 10)}${cell('HINT', 9)}${cell('FACTOR', 7, 'end')}${cell('COOLDOWN', 9, 'end')}  REASON`;

/** The last permits, newest first, in at most `height` lines. */
export function permitLines({ decisions, totals: { permits } }: Snapshot, height: number): Line[] {
  const lines: Line[] = [
    [['PERMITS ', 'bold'], [`${total(permits)}, of them ${permits['DOWNSIZE'] ?? 0} hinted smaller`]],
    [[PERMITS_HEAD, 'dim']],
    ...decisions.flatMap((row) => (row.hint === null ? [] : [permitLine(row, row.hint)])),
  ];
  return lines.slice(0, Math.max(0, height));
}

const permitLine = ({ planId, symbol }: DecisionRow, { action, factor, cooldownSec, reason }: HintRow): Line => [
  [cell(shortId(planId), PLAN_WIDTH), 'dim'],
  [cell(symbol, 10)],
  [cell(action, 9), action === 'DOWNSIZE' ? 'yellow' : 'dim'],
  [cell(decimals(factor, 4), 7, 'end')],
  [cell(`${decimals(cooldownSec, 0)} s`, 9, 'end'), (cooldownSec ?? 0) > 0 ? 'yellow' : 'dim'],
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
  ...Object.entries(view.snapshot.totals.refusals)
    .sort(([, a], [, b]) => b - a)
    .map(([gate, count]): Line => [[cell(gate, 19)], [cell(String(count), 6, 'end'), 'yellow']]),
  [[`not to be executed ${notExecuted(view)}, dead-lettered ${view.snapshot.totals.deadLetters}`, 'dim']],
  ...(view.feed === undefined ? [] : [[[consumedText(view.feed.tally), 'dim']] satisfies Line]),
];

/** The same in one line. */
export const refusalLine = (view: View): Line => [
  ['REFUSED ', 'bold'],
  [`${refusedOfAll(view)}  `],
  [tally(view.snapshot.totals.refusals), 'dim'],
];

const refusedOfAll = ({ snapshot: { totals } }: View): string =>
  `${total(totals.refusals)} of ${totals.plans['EXECUTE'] ?? 0} plans`;

const notExecuted = ({ snapshot: { totals } }: View): number => total(totals.plans) - (totals.plans['EXECUTE'] ?? 0);

const consumedText = ({ asked, consumed, refused, unanswered }: Readonly<ApplyTally>): string =>
  `Apply Layer: ${consumed} permits consumed, waiting for ${asked - consumed - refused - unanswered}`;

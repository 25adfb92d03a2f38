import type { Snapshot } from '@quantum/read-model';
import { cut, harmless } from './lines.js';
import { decisionLines, headline, incidentLines, policyLine, problemLines, rolloutLines, serviceLines, symbolLines } from './sections.js'; // prettier-ignore

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Lists get at least this many lines, the title included. */
const MIN_LIST = 3;

/** A snapshot on one screen: `rows` lines at most, none wider than `columns`. What is wrong comes first. Pure. */
export function statusScreen(snapshot: Snapshot, nowSec: number, { columns, rows }: Size): string[] {
  const fixed = [
    headline(snapshot, nowSec),
    ...problemLines(snapshot, columns),
    '',
    ...serviceLines(snapshot, nowSec),
    '',
    ...rolloutLines(snapshot, nowSec),
    policyLine(snapshot),
    '',
  ];
  const left = Math.max(0, rows - fixed.length - 2);
  const [plans, incidents] = [Math.floor(left / 3), Math.floor(left / 5)].map((height) => Math.max(MIN_LIST, height));
  const decided = decisionLines(snapshot, nowSec, plans ?? MIN_LIST);
  const happened = incidentLines(snapshot, nowSec, incidents ?? MIN_LIST);
  const symbols = symbolLines(snapshot, Math.max(MIN_LIST, left - decided.length - happened.length));
  const lines = [...fixed, ...decided, '', ...happened, '', ...symbols];
  return lines.slice(0, Math.max(0, rows)).map((line) => cut(harmless(line), columns));
}

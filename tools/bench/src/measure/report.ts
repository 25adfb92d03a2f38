import { mkdirSync, readFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from './machine.js';
import { ratioOf, summaryOf, type Summary } from './stats.js';

export interface Figure {
  /** Its name in the page and in goals. */
  id: string;
  /** Its meaning, in a sentence. */
  about: string;
  unit: string;
  byContestant: Readonly<Record<string, Summary>>;
}

export interface Report {
  bench: string;
  takenAt: string;
  commit: string;
  machine: Machine;
  /** A short run that shows that the bench works, and checks no time. */
  short: boolean;
  /** Load average of the last minute, before and after. */
  load: readonly [before: number, after: number];
  figures: readonly Figure[];
}

export const figure = (
  id: string,
  about: string,
  unit: string,
  runs: Readonly<Record<string, readonly number[]>>,
): Figure => ({
  id,
  about,
  unit,
  byContestant: Object.fromEntries(Object.entries(runs).map(([name, own]) => [name, summaryOf(own)])),
});

/** One contestant of a figure relative to another; undefined if one of them did not take part. */
export function ratioIn({ byContestant }: Figure, name: string, baseline: string): Summary | undefined {
  const [own, other] = [byContestant[name], byContestant[baseline]];
  return own && other ? ratioOf(own.runs, other.runs) : undefined;
}

export function writeReport(folder: string, report: Report): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${report.bench}.json`), `${JSON.stringify(report, null, 2)}\n`);
}

export function readReport(folder: string, bench: string): Report | undefined {
  const path = join(folder, `${bench}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report) : undefined;
}

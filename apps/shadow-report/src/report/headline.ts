import {
  definitionOf,
  durationText,
  intervalText,
  limitIn,
  sampleText,
  shown,
  valueText,
  type VerdictLine,
} from '@quantum/shadow-evidence';
import { closestToLimit } from './headroom.js';
import type { Report } from './report.js';

/** What a reader learns first. The page and the terminal show the same words. */
export interface Headline {
  /** `NOT READY: 3 of 20 thresholds fail`. */
  verdict: string;
  /** What was judged, what decides, what is missing: each a term and its text. */
  facts: readonly (readonly [term: string, text: string])[];
}

/** More of the same kind are counted, not listed. */
const LISTED = 3;
const HOUR = 3600;

export function headlineOf(report: Report): Headline {
  const { verdict, lines, assumed } = report;
  const failing = lines.filter(({ status }) => status === 'FAIL');
  const missing = missingText(report);
  const [closest] = verdict === 'READY' ? closestToLimit(lines) : [];
  return {
    verdict: verdictSentence(report) + (assumed === undefined ? '' : ` (${assumed})`),
    facts: [
      ['Judged', judgedText(report)],
      ...fact('Decided by', listed(failing.map(againstLimit), '; ')),
      ...fact('Closest to its limit', closest ? againstLimit(closest) : ''),
      ...fact(verdict === 'INSUFFICIENT_DATA' ? 'Decided by' : 'Not judged', missing),
    ],
  };
}

const fact = (term: string, text: string): [string, string][] => (text === '' ? [] : [[term, text]]);

function verdictSentence({ verdict, lines }: Report): string {
  const of = `of ${thresholds(lines.length)}`;
  const count = (status: VerdictLine['status']): number => lines.filter((line) => line.status === status).length;
  if (verdict === 'READY') {
    return lines.length === 1 ? 'READY: the only threshold passes' : `READY: all ${thresholds(lines.length)} pass`;
  }
  if (verdict === 'NOT_READY') return `NOT READY: ${count('FAIL')} ${of} ${count('FAIL') === 1 ? 'fails' : 'fail'}`;
  if (lines.length === 0) return 'INSUFFICIENT DATA: there is no threshold to judge by';
  return `INSUFFICIENT DATA: ${count('INSUFFICIENT_DATA')} ${of} cannot be judged, none fails`;
}

function judgedText({ proposals, figures, coveredHours, window }: Report): string {
  const decisions = figures.find(({ id }) => id === 'plans.permitted_share')?.n ?? 0;
  const what = `${counted(proposals, 'proposal')} and ${counted(decisions, 'decision')} on plans`;
  const seconds = window.toSec - window.fromSec;
  if (proposals === 0) return decisions === 0 ? 'nothing, for the recording holds no proposal and no decision' : what;
  const over =
    seconds < HOUR
      ? `${durationText(coveredHours * HOUR)} covered of ${durationText(seconds)}`
      : `${shown(coveredHours, 1)} covered hours of ${shown(seconds / HOUR, 1)}`;
  return `${what} over ${over}`;
}

/** What keeps thresholds from being judged, in one line; empty where all are. */
export function missingText({ lines, coveredHours }: Report): string {
  const lacking = (lack: VerdictLine['lack']): VerdictLine[] => lines.filter((line) => line.lack === lack);
  const [intervals, values, samples, hours] = (['interval', 'value', 'sample', 'hours'] as const).map(lacking);
  const isEmpty = ({ figure }: VerdictLine): boolean => (figure?.n ?? 0) === 0;
  const [empty, small] = [(samples ?? []).filter(isEmpty), (samples ?? []).filter((line) => !isEmpty(line))];
  const names = (of: readonly VerdictLine[] = [], text = nameOf): string => listed(of.map(text), ', ');
  const part = (of: readonly VerdictLine[] = [], one: string, many: string, text?: typeof nameOf): string[] =>
    of.length === 0 ? [] : [`${of.length} ${of.length === 1 ? one : many}: ${names(of, text)}`];
  return [
    ...hoursParts(hours ?? [], coveredHours),
    ...(empty.length === 0 ? [] : [`${empty.length} ${empty.length === 1 ? 'has' : 'have'} no sample`]),
    ...part(small, 'needs a larger sample', 'need a larger sample', sampleNeed),
    ...part(values, 'was not measured', 'were not measured'),
    ...part(intervals, 'has an interval on both sides of its limit', 'have intervals on both sides of their limits'),
  ].join('; ');
}

/** A part for each number of hours that is needed, as few of them as there are. */
function hoursParts(lines: readonly VerdictLine[], coveredHours: number): string[] {
  const needs = [...new Set(lines.map(({ limit }) => limit.minHours))].sort((a, b) => a - b);
  const covered = coveredHours < 1 ? durationText(coveredHours * HOUR) : `${shown(coveredHours, 1)} h`;
  return needs.map((need) => {
    const n = lines.filter(({ limit }) => limit.minHours === need).length;
    return `${n} ${n === 1 ? 'needs' : 'need'} ${need} covered ${need === 1 ? 'hour' : 'hours'}, of which the recording has ${covered}`;
  });
}

/** A figure's value and its limit: `longest time without a proposal (48 min, limit ≤ 10 min)`. */
function againstLimit(line: VerdictLine): string {
  const { figure } = line;
  const interval = figure && intervalText(figure);
  const value = valueText(figure?.value, unitOf(line)) + (interval === undefined ? '' : `, ${interval}`);
  return `${nameOf(line)} (${value}, limit ${lineLimit(line)})`;
}

const unitOf = ({ id, figure }: VerdictLine) => figure?.unit ?? definitionOf(id)?.unit ?? 'count';

/** A line's limit in its figure's unit. */
export const lineLimit = (line: VerdictLine): string => limitIn(unitOf(line), line.limit);

export const lineValue = (line: VerdictLine): string => valueText(line.figure?.value, unitOf(line));

const sampleNeed = (line: VerdictLine): string =>
  `${nameOf(line)} (${line.figure ? sampleText(line.figure) : 'none'}, ${shown(line.limit.minN)} needed)`;

/** A label within a sentence. */
const nameOf = ({ label }: VerdictLine): string =>
  /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;

function listed(texts: readonly string[], between: string): string {
  const rest = texts.length - LISTED;
  return texts.slice(0, LISTED).join(between) + (rest > 0 ? ` and ${rest} more` : '');
}

const counted = (n: number, one: string): string => `${shown(n)} ${n === 1 ? one : `${one}s`}`;
const thresholds = (n: number): string => counted(n, 'threshold');

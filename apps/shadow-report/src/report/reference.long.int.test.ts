import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { durationText, type Figure, type Thresholds, type Verdict, type Window } from '@quantum/shadow-evidence';
import fc from 'fast-check';
import { FIXTURE, FIXTURE_V2, FIXTURE_V3, usePaths } from '../paths.test-support.js';
import type * as Command from './command.js';
import { generatedRecording, type GeneratedRecording } from './generated-recording.test-support.js';

// Only the build can import these: texts of pages, and no page is written here.
jest.mock('./page/assets.js', () => ({ PAGE_ASSETS: { scripts: [], styles: [] } }));
let reportCommand: typeof Command.reportCommand;
beforeAll(async () => {
  ({ reportCommand } = await import('./command.js'));
});

const REFERENCE = resolve(__dirname, '../../../../tools/consumers/evidence.py');
const hasPython = spawnSync('python3', ['--version']).status === 0;
const temporaryPath = usePaths();

/**
 * More recordings than in every run, or the same ones again:
 * REFERENCE_CASES=2000 REFERENCE_SEED=1 REFERENCE_FOLDER=/tmp/reference npx jest reference. A folder keeps the files.
 */
const { REFERENCE_CASES, REFERENCE_SEED, REFERENCE_FOLDER } = process.env;
const CASES = Number(REFERENCE_CASES ?? 60);
const SEED = Number(REFERENCE_SEED ?? Date.now() % 1e9);
const LIMIT_MS = 30_000 + 1000 * CASES;

let files = 0;
if (REFERENCE_FOLDER) mkdirSync(REFERENCE_FOLDER, { recursive: true });
function written(content: string | Buffer, ending: string): string {
  const path = REFERENCE_FOLDER ? join(REFERENCE_FOLDER, `${files++}`) : temporaryPath();
  writeFileSync(path + ending, content);
  return path + ending;
}

interface ReportJson extends Verdict {
  window: Window;
  coveredHours: number;
  figures: Figure[];
}

/** What the reference answers about a recording. */
interface Answer {
  verdict: string;
  lines: Record<string, string>;
  covered_hours: number;
  window: [number, number];
  figures: Record<string, ReferenceFigure>;
}

interface ReferenceFigure {
  value: number | null;
  n: number;
  window: [number, number];
  interval?: [number, number];
  /** Number, sum and longest of stretches. */
  stretches?: [number, number, number];
}

/** What both sides are asked about a recording; the report takes its parts as one file. */
type Asked = Partial<GeneratedRecording['options']> & {
  recording: string;
  parts: readonly string[];
  prices?: string | undefined;
  thresholds?: Thresholds | undefined;
};

function asked({ parts, prices, options, thresholds }: GeneratedRecording): Asked {
  return {
    ...options,
    recording: written(Buffer.concat(parts), '.qrec'),
    parts: parts.map((part) => written(part, '.part')),
    prices: prices === undefined ? undefined : written(prices, '.csv'),
    thresholds,
  };
}

function reportOn({ recording, prices, thresholds, block, interval, ...options }: Asked): ReportJson {
  let json = '';
  const given = {
    priceDelay: 60, costBps: 10, seed: 1, timeScale: 1, ...options, json: true as const,
    ...(prices !== undefined && { prices }), ...(block !== undefined && { block }), ...(interval !== undefined && { interval }),
    ...(thresholds && { thresholds: written(JSON.stringify(thresholds), '.json') }),
  }; // prettier-ignore
  reportCommand(recording, given, (text) => (json += text), { width: 100, colour: false });
  return JSON.parse(json) as ReportJson;
}

/** What the reference answers, all of it by one process. */
function answersTo(all: readonly { ask: Asked; different: number }[]): Answer[] {
  const cases = all.map(({ ask: { parts, prices, priceDelay, costBps, timeScale, seed, block, interval, thresholds }, different }) => ({
    files: parts, prices, delay: priceDelay, cost_bps: costBps, time_scale: timeScale, seed, block, interval, thresholds, different,
  })); // prettier-ignore
  // -I: nothing but the standard library is in reach.
  const { status, stdout, stderr } = spawnSync(
    'python3',
    ['-I', REFERENCE, '--cases', written(JSON.stringify(cases), '.json')],
    { encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Answer[];
}

/**
 * Whether two numbers are the same, to a relative 1e-9. What is left when nearly equal amounts are subtracted is
 * compared to the size of such amounts.
 */
const isSame = (a: number, b: number, size: number): boolean =>
  a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b), size);

/** By unit the greatest amount that the figures of a performance have. */
function sizesOf(figures: readonly Figure[]): ReadonlyMap<string, number> {
  const sizes = new Map([['1/h', 1]]);
  for (const { id, unit, value = 0, interval } of figures) {
    if (!id.startsWith('pnl.') || unit === 'share' || unit === 'count') continue;
    const values = [value, interval?.low ?? 0, interval?.high ?? 0].map(Math.abs);
    sizes.set(unit, Math.max(...values, sizes.get(unit) ?? 0));
  }
  return sizes;
}

/** What a note says of stretches. Their seconds are whole, so that both sides round alike. */
function stretchesText([count, totalSec, longestSec]: NonNullable<ReferenceFigure['stretches']>): string {
  if (count === 0) return '';
  const stretches = count === 1 ? '1 stretch' : `${count.toLocaleString('en-US')} stretches`;
  return `${stretches}, ${durationText(totalSec)} in all, longest ${durationText(longestSec)}`;
}

/** The figures that differ, by name. */
function differences(report: ReportJson, answer: Answer): string[] {
  const sizes = sizesOf(report.figures);
  const compare = (name: string, ours: unknown, theirs: unknown, size = 0): string[] => {
    const [a, b] = [ours ?? null, theirs ?? null];
    const numbers = typeof a === 'number' && typeof b === 'number';
    const same = numbers ? isSame(a, b, size) : JSON.stringify(a) === JSON.stringify(b);
    return same ? [] : [`${name}: report ${JSON.stringify(a)}, reference ${JSON.stringify(b)}`];
  };
  const figures = new Map(report.figures.map((figure) => [figure.id, figure]));
  const ids = new Set([...figures.keys(), ...Object.keys(answer.figures)]);
  return [
    ...compare('verdict', report.verdict, answer.verdict),
    ...compare('lines', Object.fromEntries(report.lines.map(({ id, status }) => [id, status])), answer.lines),
    ...compare('covered hours', report.coveredHours, answer.covered_hours),
    ...[...ids].flatMap((id) => {
      const [ours, theirs] = [figures.get(id), answer.figures[id]];
      if (!ours || !theirs) return [`${id} is missing in ${ours ? 'the reference' : 'the report'}`];
      const { window, interval, note = '', unit } = ours;
      const size = sizes.get(unit) ?? 0;
      return [
        ...compare(id, ours.value, theirs.value, size),
        ...compare(`n of ${id}`, ours.n, theirs.n),
        ...compare(`start of ${id}`, window.fromSec, theirs.window[0]),
        ...compare(`end of ${id}`, window.toSec, theirs.window[1]),
        ...compare(`low of ${id}`, interval?.low, theirs.interval?.[0], size),
        ...compare(`high of ${id}`, interval?.high, theirs.interval?.[1], size),
        ...(theirs.stretches ? compare(`stretches of ${id}`, note, stretchesText(theirs.stretches)) : []),
      ];
    }),
  ]; // prettier-ignore
}

/** Where the report says something else than the generator put into the recording. */
function untruths({ figures }: ReportJson, { different, counts }: GeneratedRecording['truth']): string[] {
  const of = (id: string): Partial<Figure> => figures.find((figure) => figure.id === id) ?? {};
  const reported = {
    proposals: of('multiplier.mean').n,
    gaps: of('recording.gaps').value,
    plans: of('recording.unanswered').n,
    records: of('recording.unreadable_records').n,
    unreadable: of('recording.unreadable_records').value ?? 0,
    permits: of('hints.hinted_share').n,
  };
  return [
    ...((of('replay.different').value ?? 0) === different ? [] : [`different: ${of('replay.different').value}, truth ${different}`]),
    ...Object.entries(counts ?? {}).flatMap(([name, truth]) => (reported[name as keyof typeof reported] === truth ? [] : [`${name}: ${reported[name as keyof typeof reported]}, truth ${truth}`])),
  ]; // prettier-ignore
}

const described = hasPython ? describe : describe.skip;
described(hasPython ? 'the report' : 'SKIPPED, as there is no python3 here: the report', () => {
  it(
    'says of generated recordings what the reference in Python says, and what was put into them',
    () => {
      const recordings = fc.sample(generatedRecording, { numRuns: CASES, seed: SEED });
      const all = recordings.map(({ truth, ...recording }) => {
        const ask = asked({ truth, ...recording });
        return { ask, truth, different: truth.different, report: reportOn(ask) };
      });
      const answers = answersTo(all);
      const wrong = all.flatMap(({ ask, truth, report }, i) => {
        const found = [...untruths(report, truth), ...differences(report, answers[i]!)];
        return found.length > 0 ? [{ proposals: truth.counts?.proposals, found, ask }] : [];
      });
      wrong.sort((a, b) => (a.proposals ?? Infinity) - (b.proposals ?? Infinity));
      expect({ SEED, wrong: wrong.length, smallest: wrong[0] }).toEqual({ SEED, wrong: 0, smallest: undefined });
    },
    LIMIT_MS,
  );

  it('says of the recordings of every version what the reference says, by the default thresholds', () => {
    const all = [FIXTURE, FIXTURE_V2, FIXTURE_V3].map((recording) => {
      const ask = { recording, parts: [recording] };
      return { ask, different: 0, report: reportOn(ask) };
    });
    const answers = answersTo(all);
    expect(all.map(({ report }, i) => differences(report, answers[i]!))).toEqual([[], [], []]);
  });
});

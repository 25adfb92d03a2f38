import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Figure, VerdictLine } from '@quantum/shadow-evidence';
import { builtApp, FIXTURE, run, usePaths } from '../paths.test-support.js';
import { readRecording } from '../file/open.js';
import { RecordingWriter } from '../file/writer.js';

const newPath = usePaths();
const fileOf = (text: string): string => {
  const path = newPath();
  writeFileSync(path, text);
  return path;
};
/** A copy: a report with prices leaves a file beside its recording. */
const recording = newPath();
beforeAll(() => {
  copyFileSync(FIXTURE, recording);
});
const report = (...args: string[]) => run(['report', recording, ...args]);

interface ReportJson {
  verdict: string;
  lines: VerdictLine[];
  figures: Figure[];
}
async function reportJson(...args: string[]): Promise<ReportJson & { code: number | null }> {
  const { code, stdout } = await report('--json', ...args);
  return { ...(JSON.parse(stdout) as ReportJson), code };
}

/** Thresholds of one line. */
const limit = (id: string, line: object, minHours = 0): string =>
  fileOf(JSON.stringify({ minHours, lines: { [id]: line } }));

/** A price a second over the recording's time: the first symbol doubles on the way, the others stand still. */
function prices(): string {
  const times: number[] = [];
  readRecording(FIXTURE, () => (line) => {
    if (line.kind === 'proposal') times.push(Number(line.fields[1]));
  });
  const [from = 0, to = 0] = [times[0], times.at(-1)];
  const symbols = ['AAAUSDT', 'BBBUSDT', 'CCCUSDT', 'DDDUSDT', 'EEEUSDT'];
  const rows = Array.from({ length: to - from }, (_, i) => `${from + i},${1 + i / (to - from)},1,1,1,1`);
  return fileOf(['ts_epoch,' + symbols.join(','), ...rows].join('\n'));
}

describe('report', () => {
  it('of less than a minute gives no verdict, and names the sample of every figure', async () => {
    const { code, stdout } = await report();
    expect(code).toBe(3);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('INSUFFICIENT_DATA');
    expect(stdout).toMatch(
      /^INSUFFICIENT DATA: 14 of 20 thresholds cannot be judged, none fails\nJudged: 270 proposals and \d+ decisions on plans/,
    );
    expect(stdout).toMatch(/Proposals without a usable score +\d+\.\d\d % +270 proposals/);
    expect(stdout.match(/24 covered\s+hours/g)).toHaveLength(1);
  });

  it('prints what the README shows', () => {
    const args = [builtApp('shadow-report'), 'report', 'apps/shadow-report/fixtures/recording-v1.qrec'];
    const cwd = join(__dirname, '../../../..');
    const { stdout } = spawnSync(process.execPath, args, {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, COLUMNS: '' },
    });
    const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
    const [, shown = ''] = /recording-v1\.qrec \| head -11\n((?: {4}.*\n|\n)+)/.exec(readme) ?? [];
    const lines = shown
      .trimEnd().split('\n').map((line) => line.slice(4)); // prettier-ignore
    expect(lines).toHaveLength(11);
    expect(stdout.split('\n').slice(0, 11)).toEqual(lines);
  });

  it('is READY, NOT_READY or neither by the thresholds of a file', async () => {
    expect((await report('--thresholds', limit('reasons.not_ok_share', { max: 0.5 }))).code).toBe(0);
    const failing = await report('--thresholds', limit('reasons.not_ok_share', { max: 0.01 }));
    expect(failing.code).toBe(1);
    expect(failing.stdout).toMatch(/Decided by: proposals without a usable score \(\d+\.\d\d %, limit ≤ 1 %\)\n/);
    expect(failing.stdout).toMatch(/\n\nNOT_READY\n*$/);
    expect((await report('--thresholds', limit('reasons.not_ok_share', { max: 0.5 }, 1))).code).toBe(3);
    expect((await report('--thresholds', limit('reasons.not_ok_share', { max: 0.5, minN: 1000 }))).code).toBe(3);
  });

  it('says with prices what would have been earned', async () => {
    const { figures } = await reportJson('--prices', prices(), '--price-delay', '0', '--block', '1');
    const value = (id: string) => figures.find((figure) => figure.id === id)?.value ?? NaN;
    expect(value('pnl.base_usd')).toBeGreaterThan(0);
    expect(value('pnl.base_drawdown_usd')).toBeGreaterThanOrEqual(0);
    expect(value('pnl.unpriced')).toBe(1);
    const advantage = figures.find(({ id }) => id === 'pnl.advantage_bps_per_day');
    expect(advantage?.n).toBeGreaterThanOrEqual(30);
    expect(advantage?.interval?.low).toBeLessThan(advantage?.interval?.high ?? NaN);
  });

  it('says in the line of its verdict that it takes every position as long, where the recording has no sides', async () => {
    const { stdout } = await report('--prices', prices(), '--price-delay', '0');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('INSUFFICIENT_DATA (long assumed)');
  });

  it('counts its looks at a recording that grows', async () => {
    const growing = newPath();
    const lines: object[] = [];
    const { header } = readRecording(FIXTURE, () => (line) => {
      lines.push(line);
    });
    const args = ['report', growing, '--prices', prices(), '--price-delay', '0'];
    const writer = new RecordingWriter(growing, 0);
    const half = Math.floor(lines.length / 2);
    writer.write([header, ...lines.slice(0, half)]);
    expect((await run(args)).stdout).toContain('look 1 at this recording');
    expect((await run(args)).stdout).toContain('look 1 at this recording');
    writer.write(lines.slice(half));
    writer.close();
    expect((await run(args)).stdout).toContain('look 2 at this recording');
    expect((await run(['report', growing])).stdout).not.toContain('at this recording');
  });

  it('gives the same figures each time, also those of the bootstrap', async () => {
    const args = ['--prices', prices(), '--price-delay', '0', '--seed', '5'];
    expect((await reportJson(...args)).figures).toEqual((await reportJson(...args)).figures);
  });

  it('leaves a page with its charts and style inside, that loads nothing', async () => {
    const html = newPath();
    expect((await report('--html', html, '--prices', prices(), '--price-delay', '0')).code).toBe(3);
    const page = readFileSync(html, 'utf8');
    for (const chart of ['reasons', 'sums', 'multipliers', 'earned']) expect(page).toContain(`data-chart="${chart}"`);
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page).not.toMatch(/<(script|link|img|iframe)\b|url\(|@import/);
  });

  it.each([
    ['thresholds', '{"minHours": 1}', 'lines'],
    ['thresholds', '{"minHours": 1, "lines": {"a.b": {}}}', 'a line needs a min or a max'],
    [
      'thresholds',
      '{"minHours": 1, "lines": {"pnl.advantage_bps_day": {"min": -10, "optional": true}}}',
      'no figure has the id pnl.advantage_bps_day',
    ],
    ['prices', 'ts_epoch,A,B,A\n1,1,2,3\n', 'A has two columns'],
    ['prices', 'time,A\n', 'the first line must be ts_epoch'],
    ['prices', 'ts_epoch,A\n1,x\n', 'line 2: "x" is no price'],
    ['prices', 'ts_epoch,A\n1,1\n1,1\n', 'line 3: times must'],
    ['prices', 'ts_epoch,A\n1763386800000,1\n', 'line 2: ts_epoch 1763386800000 is in milli- or microseconds'],
    ['prices', 'ts_epoch,A\n1763386800000000,1\n', 'line 2: ts_epoch 1763386800000000 is in milli- or microseconds'],
  ])('refuses a %s file that holds %j', async (option, text, why) => {
    const { code, stderr } = await report(`--${option}`, fileOf(text));
    expect(stderr).toContain(why);
    expect(code).toBe(2);
  });

  it('takes every decision again along the way', async () => {
    const { code, lines } = await reportJson();
    expect(code).toBe(3);
    expect(lines.find(({ id }) => id === 'replay.different')).toMatchObject({ status: 'PASS', figure: { value: 0 } });
  });
});

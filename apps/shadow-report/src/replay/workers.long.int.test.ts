import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { RecordingLine } from '@quantum/shadow-evidence';
import { readLines } from '../file/reader.js';
import { RecordingWriter } from '../file/writer.js';
import { builtApp, FIXTURE, FIXTURE_V2, FIXTURE_V3, FIXTURE_V4, run, usePaths } from '../paths.test-support.js';

const newPath = usePaths();

/** What a replay says, but for the time that it took. */
async function said(path: string, workers: number, mainJs?: string) {
  const { code, stdout, stderr } = await run(['replay', '--workers', String(workers), path], mainJs);
  return { code, stderr, text: stdout.replace(/\nTook [\d.]+ s$/, '') };
}
async function saidByAny(path: string) {
  const alone = await said(path, 0);
  for (const workers of [1, 3]) expect(await said(path, workers)).toEqual(alone);
  return alone;
}

const parsed = [...readLines(FIXTURE_V3)].flat().map((line) => JSON.parse(line) as RecordingLine);
const [header, ...lines] = parsed;
/** A copy of the fixture's lines, of plans of their own; names take several bytes a character. */
const copy = (number: number): RecordingLine[] =>
  JSON.parse(JSON.stringify(lines).replaceAll(/plan-(?=\d)/g, `plän-${number}-`)) as RecordingLine[];
/** So much that a replay hands it on in many chunks: 90 KB a copy. */
const COPIES = 30;

/** Writes a recording of copies, a write each. @returns where each write ends */
function writeCopies(path: string, change: (lines: RecordingLine[], number: number) => RecordingLine[] = (own) => own) {
  const writer = new RecordingWriter(path, 0);
  writer.write([header!]);
  const ends = Array.from({ length: COPIES }, (_, number) => {
    writer.write(change(copy(number), number));
    return writer.bytes;
  });
  writer.close();
  return ends;
}

/** A copy of the built app whose `partOf` begins with this code; `was(...given)` is the original. */
function withPartOf(code: string): string {
  const built = readFileSync(builtApp('shadow-report'), 'utf8');
  const original = 'function partOf(';
  expect(built.split(original)).toHaveLength(2);
  const mainJs = newPath();
  writeFileSync(mainJs, built.replace(original, `function partOf(...given) { ${code} } function was(`));
  return mainJs;
}

describe('a replay with workers', () => {
  it.each([FIXTURE, FIXTURE_V2, FIXTURE_V3, FIXTURE_V4])('says of %s what one without them says', async (path) => {
    expect((await saidByAny(path)).code).toBe(0);
  });

  it('says the same of a long recording, of names of several bytes, and of plans that were published again', async () => {
    const path = newPath();
    writeCopies(path, (own, number) => (number % 10 === 9 ? [...own, ...copy(number - 5)] : own));
    const { code, text } = await saidByAny(path);
    expect(text).toContain(`IDENTICAL: ${(135 * (COPIES + 3) + 24 * COPIES).toLocaleString('en-US')} outputs`);
    expect(code).toBe(0);
  });

  it('names the differences of different rows in the order of the file', async () => {
    const path = newPath();
    const other = (line: RecordingLine): RecordingLine =>
      line.kind === 'proposal'
        ? {
            ...line,
            fields: line.fields.map((text, i) => (line.fields[i - 1] === 'base_ts' ? '1' : text)),
            id: `x${line.id}`,
          }
        : line.kind === 'block'
          ? { ...line, json: '{}' }
          : line;
    writeCopies(path, (own, number) => {
      if (number < 8 || number % 2 === 0) return own;
      return own.map((line, i) => (line.kind === 'block' || i === 20 ? other(line) : line));
    });
    const { code, text } = await saidByAny(path);
    expect([...text.matchAll(/^ {2}(block|decision|proposal) /gm)].map(([, what]) => what)).toHaveLength(5);
    expect(code).toBe(1);
  });

  it('says the same where blocks are damaged, at the ends of chunks too', async () => {
    const path = newPath();
    const ends = writeCopies(path);
    const bytes = readFileSync(path);
    for (const end of ends.slice(2, -2)) bytes[end - 20] = 255 - (bytes[end - 20] ?? 0);
    bytes[(ends[5] ?? 0) + 3] = 0; // the beginning of a block
    writeFileSync(path, bytes);
    expect((await saidByAny(path)).text).toMatch(/bytes in \d+ places are damaged/);
  });

  it('says the same where a block of outputs is damaged whose parameters are known from before', async () => {
    const path = newPath();
    const [other, ...rest] = [...readLines(FIXTURE_V4)].flat().map((line) => JSON.parse(line) as RecordingLine);
    const writer = new RecordingWriter(path, 0);
    writer.write([other!, ...rest.filter(({ kind }) => kind === 'policy')]);
    const ends = Array.from({ length: COPIES }, () => {
      writer.write(rest.filter(({ kind }) => kind === 'proposal' || kind === 'score'));
      return writer.bytes;
    });
    writer.close();
    const bytes = readFileSync(path);
    for (const end of [ends[15], ends[20]]) bytes[end! - 20] = 255 - (bytes[end! - 20] ?? 0);
    writeFileSync(path, bytes);
    expect((await saidByAny(path)).text).toMatch(/bytes in 2 places are damaged/);
  });

  it('ends with 2 where a worker meets an unexpected error, or a line that is no JSON', async () => {
    const path = newPath();
    writeCopies(path);
    const result = await said(path, 1, withPartOf('throw new TypeError("planted");'));
    expect(result.stderr).toContain('TypeError: planted');
    expect(result.code).toBe(2);
    const writer = new RecordingWriter(path, readFileSync(path).length);
    writer.write(copy(COPIES));
    writer.write([{ toJSON: () => undefined }]); // `undefined`, which is no JSON
    writer.write(copy(COPIES + 1));
    writer.close();
    const { code: exitCode, stderr } = await saidByAny(path);
    expect(stderr).toContain('a line is no JSON: undefined');
    expect(exitCode).toBe(2);
  });

  it('ends with its workers at SIGINT, also while one decides', async () => {
    const path = newPath();
    writeCopies(path);
    const mainJs = withPartOf(`
      if (require("node:worker_threads").isMainThread) return was(...given);
      require("node:fs").writeSync(2, "deciding");
      for (;;);
    `);
    const app = spawn(process.execPath, [mainJs, 'replay', '--workers', '2', path]);
    await once(app.stderr, 'data');
    app.kill('SIGINT');
    expect(await once(app, 'exit')).toEqual([null, 'SIGINT']);
    expect(() => process.kill(app.pid!, 0)).toThrow('ESRCH');
  });
});

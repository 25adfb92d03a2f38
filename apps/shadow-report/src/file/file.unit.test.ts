import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import { readLines, type FileEnd } from './reader.js';
import { RecordingWriter } from './writer.js';

const folder = mkdtempSync(join(tmpdir(), 'shadow-report-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let number = 0;
const newPath = (): string => join(folder, String(number++));

function writeAll(path: string, writes: readonly (readonly object[])[]): number[] {
  const writer = new RecordingWriter(path, 0);
  const ends = writes.map((lines) => {
    writer.write(lines);
    return writer.bytes;
  });
  writer.close();
  return ends;
}

function readAll(path: string): { lines: unknown[]; end: FileEnd } {
  const end: FileEnd = { wholeBytes: 0, tornBytes: 0 };
  const lines = [...readLines(path, end)].flat().map((line) => JSON.parse(line) as unknown);
  return { lines, end };
}

const aLine = fc.record({ text: fc.string({ unit: 'grapheme' }) });

describe('a recording file', () => {
  it('gives back what was written, and is plain gzip', () => {
    fc.assert(
      fc.property(fc.array(fc.array(aLine, { minLength: 1 }), { minLength: 1 }), (writes) => {
        const path = newPath();
        writeAll(path, writes);
        expect(readAll(path).lines).toEqual(writes.flat());
        const text = gunzipSync(readFileSync(path)).toString();
        expect(text).toBe(writes.flat().map((line) => `${JSON.stringify(line)}\n`).join('')); // prettier-ignore
      }),
    );
  });

  it('holds lines that are longer than a block', () => {
    const path = newPath();
    const long = { text: 'é'.repeat(200_000) };
    writeAll(path, [[{ a: 1 }, long, { b: 2 }]]);
    expect(readAll(path).lines).toEqual([{ a: 1 }, long, { b: 2 }]);
  });

  it('is readable up to the last whole write, wherever it was cut off, and is written on from there', () => {
    const writes = [[{ a: 1 }], [{ b: 'x'.repeat(100_000) }], [{ c: 3 }, { d: 4 }]];
    fc.assert(
      fc.property(uniform(0, 1), (share) => {
        const path = newPath();
        const ends = writeAll(path, writes);
        const size = Math.floor(share * (ends.at(-1) ?? 0));
        truncateSync(path, size);
        const whole = ends.filter((end) => end <= size).length;
        const { lines, end } = readAll(path);
        expect(lines).toEqual(writes.slice(0, whole).flat());
        expect(end).toEqual({ wholeBytes: whole === 0 ? 0 : ends[whole - 1], tornBytes: size - end.wholeBytes });
        if (whole === 0) return;
        const writer = new RecordingWriter(path, end.wholeBytes);
        writer.write([{ e: 5 }]);
        writer.close();
        expect(readAll(path)).toMatchObject({
          lines: [...writes.slice(0, whole).flat(), { e: 5 }],
          end: { tornBytes: 0 },
        });
      }),
    );
  });

  it('ends where it is damaged, and says so', () => {
    const path = newPath();
    const ends = writeAll(path, [[{ a: 1 }], [{ b: 2 }], [{ c: 3 }]]);
    const bytes = readFileSync(path);
    const at = (ends[0] ?? 0) + 20; // within the second block's text
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    writeFileSync(path, bytes);
    const { lines, end } = readAll(path);
    expect(lines).toEqual([{ a: 1 }]);
    expect(end.wholeBytes).toBe(ends[0]);
    expect(end.tornBytes).toBeGreaterThan(0);
  });

  it('is never begun over another file', () => {
    const path = newPath();
    appendFileSync(path, 'something else');
    expect(() => new RecordingWriter(path, 0)).toThrow(/EEXIST/);
    expect(readAll(path)).toEqual({ lines: [], end: { wholeBytes: 0, tornBytes: 14 } });
  });
});

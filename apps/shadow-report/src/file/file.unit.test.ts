import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

const isDamage = (line: unknown): boolean => (line as { kind?: unknown }).kind === 'damage';
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
    const many = Array.from({ length: 40 }, (_, i) => ({ i, text: randomBytes(4000).toString('hex') }));
    const writes = [[{ a: 1 }], [{ b: 'x'.repeat(100_000) }], many, [{ c: 3 }, { d: 4 }]];
    const path = newPath();
    const ends = writeAll(path, writes);
    const bytes = readFileSync(path);
    fc.assert(
      fc.property(uniform(0, 1), (share) => {
        const size = Math.floor(share * bytes.length);
        writeFileSync(path, bytes.subarray(0, size));
        const whole = ends.filter((end) => end <= size).length;
        const { lines, end } = readAll(path);
        expect(lines).toEqual(writes.slice(0, whole).flat());
        expect(end).toEqual({ wholeBytes: whole === 0 ? 0 : ends[whole - 1], tornBytes: size - end.wholeBytes });
        if (whole === 0) return;
        const writer = new RecordingWriter(path, end.wholeBytes);
        writer.write([{ e: 5 }]);
        writer.close();
        expect(readAll(path)).toMatchObject({ lines: [...lines, { e: 5 }], end: { tornBytes: 0 } });
      }),
    );
  });

  it('says where it is damaged, gives all that is whole before and behind, and is not cut off there', () => {
    const long = Array.from({ length: 3 }, (_, i) => ({ long: i, text: randomBytes(40_000).toString('hex') }));
    const writes = [[{ a: 1 }], [{ b: 2 }, { c: 3 }], long, [{ d: 4 }], [{ e: 5 }]];
    const path = newPath();
    const ends = writeAll(path, writes);
    const bytes = readFileSync(path);
    const all = writes.flat().map((line) => JSON.stringify(line));
    fc.assert(
      fc.property(uniform(0, 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (share, flip, goesOn) => {
        const at = Math.floor(share * bytes.length);
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        writeFileSync(path, changed);
        const write = ends.findIndex((end) => at < end);
        const { lines, end } = readAll(path);
        const damage = lines.filter(isDamage);
        const kept = lines.filter((line) => !isDamage(line)).map((line) => JSON.stringify(line));
        const others = writes.filter((_, i) => i !== write).flat().map((line) => JSON.stringify(line)); // prettier-ignore
        expect(all.filter((line) => kept.includes(line))).toEqual(kept); // in their order, none made up
        expect(kept).toEqual(expect.arrayContaining(others));
        // A last block that looks cut off is one; everything else is damage that is said.
        const isTorn = end.tornBytes > 0;
        if (isTorn) expect(end).toEqual({ wholeBytes: ends.at(-2), tornBytes: bytes.length - (ends.at(-2) ?? 0) });
        else expect(end).toEqual({ wholeBytes: bytes.length, tornBytes: 0 });
        expect(damage).toHaveLength(isTorn || kept.length === all.length ? 0 : 1);
        if (!goesOn || write === 0) return;
        const writer = new RecordingWriter(path, end.wholeBytes);
        writer.write([{ f: 6 }]);
        writer.close();
        expect(readAll(path).lines).toEqual([...lines, { f: 6 }]);
      }),
      { numRuns: 300 },
    );
  });

  it('names the place of the damage, as large as it is', () => {
    const path = newPath();
    const ends = writeAll(path, [[{ a: 1 }], [{ b: 2 }], [{ c: 3 }], [{ d: 4 }]]);
    const bytes = readFileSync(path);
    bytes.fill(0, ends[0], (ends[1] ?? 0) + 20); // a sector of zeros over two blocks
    writeFileSync(path, bytes);
    const size = (ends[2] ?? 0) - (ends[0] ?? 0);
    expect(readAll(path).lines).toEqual([{ a: 1 }, { kind: 'damage', offset: ends[0], bytes: size }, { d: 4 }]);
  });

  it('finds what follows a damage of any size', () => {
    const path = newPath();
    writeAll(path, [[{ a: 1 }]]);
    appendFileSync(path, randomBytes(3_000_001));
    const writer = new RecordingWriter(path, readAll(path).end.wholeBytes);
    writer.write([{ b: 2 }]);
    writer.close();
    expect(readAll(path).lines).toEqual([{ a: 1 }, expect.objectContaining({ bytes: 3_000_001 }), { b: 2 }]);
  });

  it('is not written to where another program changed it', () => {
    const path = newPath();
    const writer = new RecordingWriter(path, 0);
    writer.write([{ a: 1 }]);
    const other = new RecordingWriter(path, writer.bytes);
    other.write([{ b: 2 }]);
    expect(() => { writer.write([{ c: 3 }]); }).toThrow(/another program changes it/); // prettier-ignore
    expect(readAll(path).lines).toEqual([{ a: 1 }, { b: 2 }]);
    writer.close();
    other.close();
  });

  it('is never begun over another file', () => {
    const path = newPath();
    appendFileSync(path, 'something else');
    expect(() => new RecordingWriter(path, 0)).toThrow(/EEXIST/);
    expect(readAll(path)).toEqual({
      lines: [{ kind: 'damage', offset: 0, bytes: 14 }],
      end: { wholeBytes: 14, tornBytes: 0 },
    });
  });
});

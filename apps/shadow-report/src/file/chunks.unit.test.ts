import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ChunkBuffers, linesOf, readChunks } from './chunks.js';
import { RecordingWriter } from './writer.js';

const folder = mkdtempSync(join(tmpdir(), 'shadow-report-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const MIB = 1 << 20;

describe('the memory of chunks', () => {
  it('is used again once it was given back, and not before', () => {
    const buffers = new ChunkBuffers();
    const [first, second] = [buffers.take(10), buffers.take(20)];
    expect(second.buffer).not.toBe(first.buffer);
    buffers.give(first);
    const third = buffers.take(30);
    expect(third.buffer).toBe(first.buffer);
    expect(third).toHaveLength(30);
    expect(buffers.take(40).buffer).not.toBe(first.buffer);
  });

  it('is shared with threads, also that of a chunk too large to be used again', () => {
    const buffers = new ChunkBuffers();
    const large = buffers.take(MIB + 1);
    expect([large.buffer, large.length]).toEqual([expect.any(SharedArrayBuffer), MIB + 1]);
    buffers.give(large);
    const next = buffers.take(MIB);
    expect(next.buffer).not.toBe(large.buffer);
    buffers.give(next);
    expect(buffers.take(MIB + 1).buffer).not.toBe(next.buffer);
    expect(buffers.take(1).buffer).toBe(next.buffer);
  });

  it('holds the lines of the chunk alone, whatever was in it before', () => {
    const path = join(folder, 'run.qrec');
    const writer = new RecordingWriter(path, 0);
    const lines = Array.from({ length: 3000 }, (_, i) => ({ i, text: 'é'.repeat((i * 37) % 400) }));
    for (let i = 0; i < lines.length; i += 100) writer.write(lines.slice(i, i + 100));
    writer.write([{ long: 'x'.repeat(2 * MIB) }, { last: true }]);
    writer.close();
    const buffers = new ChunkBuffers();
    const read: unknown[] = [];
    const memories = new Set<unknown>();
    let chunks = 0;
    for (const chunk of readChunks(path, { wholeBytes: 0, tornBytes: 0 }, buffers)) {
      chunks += 1;
      memories.add(chunk.buffer);
      for (const line of linesOf(chunk)) read.push(JSON.parse(line));
      buffers.give(chunk);
    }
    expect(read).toEqual([...lines, { long: 'x'.repeat(2 * MIB) }, { last: true }]);
    expect(chunks).toBeGreaterThan(5);
    expect(memories.size).toBe(2); // one for the long line
  });
});

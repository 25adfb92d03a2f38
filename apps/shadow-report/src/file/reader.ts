import { closeSync, openSync, readSync } from 'node:fs';
import { BLOCK_HEADER_BYTES, blockLength, unpackBlock } from './blocks.js';

/** How a file ended: after its last whole line, at this offset; `torn` bytes follow that are no whole block. */
export interface FileEnd {
  wholeBytes: number;
  tornBytes: number;
}

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/**
 * The lines of a recording, a block at a time; memory does not grow with the file. A block that was cut off by a crash ends
 * it, and so does one that is damaged: `end.tornBytes` says so.
 */
export function* readLines(path: string, end: FileEnd = { wholeBytes: 0, tornBytes: 0 }): Generator<string[]> {
  let rest: Buffer = Buffer.alloc(0); // of a line that goes on in the next block
  let offset = 0;
  for (const block of readBlocks(path, end)) {
    const text = unpackBlock(block);
    if (!text) {
      end.tornBytes += block.length;
      break;
    }
    offset += block.length;
    const all = rest.length > 0 ? Buffer.concat([rest, text]) : text;
    const last = all.lastIndexOf(NEWLINE);
    rest = all.subarray(last + 1);
    if (rest.length === 0) end.wholeBytes = offset;
    if (last >= 0) yield all.toString('utf8', 0, last).split('\n');
  }
  if (end.wholeBytes < offset) end.tornBytes += offset - end.wholeBytes;
}

function* readBlocks(path: string, end: FileEnd): Generator<Buffer> {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let held: Buffer = Buffer.alloc(0);
    for (;;) {
      const read = readSync(file, chunk, 0, CHUNK_BYTES, null);
      if (read === 0) break;
      held = Buffer.concat([held, chunk.subarray(0, read)]);
      let from = 0;
      for (;;) {
        const length = blockLength(held.subarray(from, from + BLOCK_HEADER_BYTES));
        if (length === undefined || held.length - from < length) break;
        yield held.subarray(from, from + length);
        from += length;
      }
      held = held.subarray(from);
      if (held.length > CHUNK_BYTES) break; // no block begins here: the file is damaged
    }
    end.tornBytes += held.length;
  } finally {
    closeSync(file);
  }
}

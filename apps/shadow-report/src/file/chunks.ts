import { readWrites, type FileEnd } from './reader.js';

/** Text that is handed on together at least, bytes: so much that handing it on costs little. */
const CHUNK_BYTES = 1 << 17;
const NEWLINE = Buffer.of(0x0a);

/** The lines of a chunk. Decoded one by one: a string of the whole chunk costs four times as much, most of it for memory. */
export function* linesOf(chunk: Buffer): Generator<string> {
  for (let [at, end] = [0, 0]; end >= 0; at = end + 1) {
    end = chunk.indexOf(0x0a, at);
    yield chunk.toString('utf8', at, end < 0 ? chunk.length : end);
  }
}

/** The text of a recording, as `readWrites` gives it, some writes at a time. The first chunk begins with the header. */
export function* readChunks(path: string, end: FileEnd): Generator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for (const text of readWrites(path, end)) {
    if (held.length > 0) held.push(NEWLINE);
    held.push(text);
    bytes += text.length + 1;
    if (bytes < CHUNK_BYTES) continue;
    yield Buffer.concat(held);
    [held, bytes] = [[], 0];
  }
  if (held.length > 0) yield Buffer.concat(held);
}

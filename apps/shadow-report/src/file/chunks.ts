import { readWrites, type FileEnd } from './reader.js';

/** Text that is handed on together at least, bytes: so much that handing it on costs little. */
const CHUNK_BYTES = 1 << 17;
const NEWLINE = 0x0a;

/**
 * The lines of a chunk. Decoded one by one: a string of the whole chunk costs four times as much, most of it for
 * memory.
 */
export function* linesOf(chunk: Buffer): Generator<string> {
  for (let [at, end] = [0, 0]; end >= 0; at = end + 1) {
    end = chunk.indexOf(NEWLINE, at);
    yield chunk.toString('utf8', at, end < 0 ? chunk.length : end);
  }
}

/** Memory of one chunk, bytes; what is not written to takes none. */
const BUFFER_BYTES = 1 << 20;

/**
 * Memory for chunks that is used again: with new memory for each, collecting garbage took a tenth of a replay. It is
 * shared, so that another thread reads a chunk without a copy.
 */
export class ChunkBuffers {
  readonly #free: SharedArrayBuffer[] = [];

  take(bytes: number): Buffer {
    const memory = bytes > BUFFER_BYTES ? undefined : this.#free.pop();
    return Buffer.from(memory ?? new SharedArrayBuffer(Math.max(bytes, BUFFER_BYTES)), 0, bytes);
  }

  /** Takes back the memory of a chunk that is not read any more. */
  give({ buffer }: Buffer): void {
    if (buffer instanceof SharedArrayBuffer && buffer.byteLength === BUFFER_BYTES) this.#free.push(buffer);
  }
}

/** The text of a recording, as `readWrites` gives it, some writes at a time. The first chunk begins with the header. */
export function* readChunks(path: string, end: FileEnd, buffers: ChunkBuffers): Generator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for (const text of readWrites(path, end)) {
    held.push(text);
    bytes += text.length + 1;
    if (bytes < CHUNK_BYTES) continue;
    yield joined(held, buffers.take(bytes - 1));
    [held, bytes] = [[], 0];
  }
  if (held.length > 0) yield joined(held, buffers.take(bytes - 1));
}

/** Copies texts, with a newline between each two. */
function joined(texts: readonly Buffer[], chunk: Buffer): Buffer {
  let at = 0;
  for (const text of texts) {
    at += text.copy(chunk, at);
    if (at < chunk.length) chunk[at++] = NEWLINE;
  }
  return chunk;
}

import { closeSync, fdatasyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { BLOCK_TEXT_BYTES, packBlock } from './blocks.js';

/** Appends lines to a recording. What `write` was given is on disk when it returns. */
export class RecordingWriter {
  readonly #file: number;
  #bytes: number;

  /** Opens a file to append at this offset; what stands behind it, a block that a crash cut off, goes. */
  constructor(path: string, wholeBytes: number) {
    this.#file = openSync(path, wholeBytes === 0 ? 'wx' : 'r+');
    this.#bytes = wholeBytes;
    ftruncateSync(this.#file, wholeBytes);
  }

  /** Length of the file. */
  get bytes(): number {
    return this.#bytes;
  }

  write(lines: readonly object[]): void {
    if (lines.length === 0) return;
    const text = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const blocks: Buffer[] = [];
    for (let from = 0; from < text.length; from += BLOCK_TEXT_BYTES) {
      blocks.push(packBlock(text.subarray(from, from + BLOCK_TEXT_BYTES)));
    }
    const packed = Buffer.concat(blocks);
    for (let done = 0; done < packed.length;) {
      done += writeSync(this.#file, packed, done, packed.length - done, this.#bytes + done);
    }
    fdatasyncSync(this.#file);
    this.#bytes += packed.length;
  }

  close(): void {
    closeSync(this.#file);
  }
}

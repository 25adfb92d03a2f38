import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { CannotRun, messageOf } from '@quantum/service-kit';
import { BLOCK_TEXT_BYTES, packBlock } from './blocks.js';

/** Appends lines to a recording. What `write` was given is on disk when it returns. */
export class RecordingWriter {
  readonly #path: string;
  readonly #file: number;
  #bytes: number;

  /**
   * Opens a file to append to it from this offset on; what follows there, a write that a crash cut off, is removed.
   * @param file a descriptor of it that is open for appending; default: one of its own, for 0 bytes of a new file
   */
  constructor(path: string, wholeBytes: number, file = openSync(path, wholeBytes === 0 ? 'ax+' : 'a+')) {
    this.#path = path;
    this.#file = file;
    this.#bytes = wholeBytes;
    ftruncateSync(this.#file, wholeBytes);
  }

  /** Length of the file. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Appends lines, all of them or none.
   * @throws CannotRun where the system cannot write them (the disk is full, say), or another program wrote to the file
   */
  write(lines: readonly object[]): void {
    if (lines.length === 0) return;
    const text = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const blocks: Buffer[] = [];
    for (let from = 0; from < text.length; from += BLOCK_TEXT_BYTES) {
      blocks.push(packBlock(text.subarray(from, from + BLOCK_TEXT_BYTES)));
    }
    const size = fstatSync(this.#file).size;
    if (size !== this.#bytes) {
      throw new CannotRun(
        `${this.#path} has ${size} bytes and not the ${this.#bytes} that were written: another program changes it`,
      );
    }
    this.#append(Buffer.concat(blocks));
  }

  #append(packed: Buffer): void {
    try {
      for (let done = 0; done < packed.length;) done += writeSync(this.#file, packed, done);
      fdatasyncSync(this.#file);
    } catch (error) {
      this.#removeAppended();
      throw new CannotRun(
        `${this.#path}: ${messageOf(error)}. It is whole up to ${this.#bytes} bytes; ` +
          'when the disk has space again, the same command goes on from there',
      );
    }
    this.#bytes += packed.length;
  }

  #removeAppended(): void {
    try {
      ftruncateSync(this.#file, this.#bytes);
    } catch {
      // The next one to open the file removes what was cut off.
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}

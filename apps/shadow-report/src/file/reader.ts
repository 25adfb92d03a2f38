import { closeSync, openSync, readSync } from 'node:fs';
import { parseJson } from '@quantum/redis-schemas';
import { blockAt, findBlock, MAGIC } from './blocks.js';

/**
 * Where a file ends for who appends to it: whole lines up to `wholeBytes`; the `tornBytes` after that are a write cut
 * off.
 */
export interface FileEnd {
  wholeBytes: number;
  tornBytes: number;
}

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/** The lines of a recording, those of a write at a time, as `readWrites` gives them. */
export function* readLines(path: string, end?: FileEnd): Generator<string[]> {
  for (const text of readWrites(path, end)) yield text.toString().split('\n');
}

/**
 * The text of a recording, the lines of a write at a time, without the newline behind the last; memory does not grow
 * with the file. In place of bytes that are no readable block comes a line `{"kind":"damage",...}`, and reading goes on
 * with the next block that is whole. Only what is cut off at the end, as a crash leaves it, is no damage:
 * `end.tornBytes`.
 */
export function* readWrites(path: string, end: FileEnd = { wholeBytes: 0, tornBytes: 0 }): Generator<Buffer> {
  let held: Buffer[] = []; // of a write that is not read to its end
  let afterDamage = false;
  for (const piece of readPieces(path, end)) {
    if (piece.kind === 'text') {
      if (piece.text.length > 0) held.push(piece.text);
      if (held.length === 0) end.wholeBytes = piece.end;
      if (held.at(-1)?.at(-1) !== NEWLINE) continue;
    }
    const lines = wholeLines(held, afterDamage);
    [held, afterDamage] = [[], piece.kind === 'damage'];
    end.wholeBytes = piece.end;
    if (piece.kind === 'text') {
      if (lines) yield lines;
      continue;
    }
    const damage = JSON.stringify({ kind: 'damage', offset: piece.offset, bytes: piece.end - piece.offset });
    yield Buffer.concat([...(lines ? [lines, Buffer.of(NEWLINE)] : []), Buffer.from(damage)]);
  }
  // A write that was cut off is not read in part: who appends cuts all of it off.
  end.tornBytes -= end.wholeBytes;
}

/** The whole lines of a write, without the last newline; of the first only its end may be left after damage. */
function wholeLines(pieces: readonly Buffer[], afterDamage: boolean): Buffer | undefined {
  const [only] = pieces;
  const text = only && pieces.length === 1 ? only : Buffer.concat(pieces);
  const lines = text.subarray(0, Math.max(0, text.lastIndexOf(NEWLINE)));
  if (!text.includes(NEWLINE)) return undefined;
  if (!afterDamage) return lines;
  const first = lines.indexOf(NEWLINE);
  if (parseJson(lines.toString('utf8', 0, first < 0 ? lines.length : first)) !== undefined) return lines;
  return first < 0 ? undefined : lines.subarray(first + 1);
}

/** A stretch of a file, up to the offset `end`. */
type Piece = { kind: 'text'; text: Buffer; end: number } | { kind: 'damage'; offset: number; end: number };

/** The blocks and what is damaged between them; sets `size.tornBytes` to the length of the file. */
function* readPieces(path: string, size: FileEnd): Generator<Piece> {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let held: Buffer = Buffer.alloc(0);
    let offset = 0; // of what is held
    let lost: { offset: number; isCutOff: boolean } | undefined; // since where no block could be read
    for (let atEnd = false; !atEnd;) {
      const read = readSync(file, chunk, 0, CHUNK_BYTES, null);
      atEnd = read === 0;
      held = Buffer.concat([held, chunk.subarray(0, read)]);
      size.tornBytes = offset + held.length;
      let at = 0;
      while (at < held.length) {
        const block = blockAt(held.subarray(at));
        if (block.state === 'whole') {
          if (lost) yield { kind: 'damage', offset: lost.offset, end: offset + at };
          lost = undefined;
          at += block.bytes;
          yield { kind: 'text', text: block.text, end: offset + at };
          continue;
        }
        if (block.state === 'cut_off' && !atEnd) break;
        // A length that is damaged makes a block look cut off: what decides is whether one follows that is whole.
        lost ??= { offset: offset + at, isCutOff: block.state === 'cut_off' };
        const next = findBlock(held, at + 1);
        at = next >= 0 ? next : Math.max(at + 1, held.length - MAGIC.length + 1);
      }
      held = held.subarray(at);
      offset += at;
    }
    if (lost && !lost.isCutOff) yield { kind: 'damage', offset: lost.offset, end: offset };
  } finally {
    closeSync(file);
  }
}

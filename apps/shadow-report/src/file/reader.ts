import { closeSync, openSync, readSync } from 'node:fs';
import { blockAt, findBlock, MAGIC } from './blocks.js';

/** Where a file ends for who appends to it: whole lines up to `wholeBytes`; the `tornBytes` after that are a write cut off. */
export interface FileEnd {
  wholeBytes: number;
  tornBytes: number;
}

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/**
 * The lines of a recording, those of a write at a time; memory does not grow with the file. In place of bytes that are no
 * readable block comes a line `{"kind":"damage",...}`, and reading goes on with the next block that is whole. Only what is
 * cut off at the end, as a crash leaves it, is no damage: `end.tornBytes`.
 */
export function* readLines(path: string, end: FileEnd = { wholeBytes: 0, tornBytes: 0 }): Generator<string[]> {
  let rest: Buffer = Buffer.alloc(0); // of a line that goes on in the next block
  let lines: string[] = []; // of a write that is not read to its end
  let afterDamage = false;
  for (const piece of readPieces(path, end)) {
    if (piece.kind === 'damage') {
      yield [...lines, JSON.stringify({ kind: 'damage', offset: piece.offset, bytes: piece.end - piece.offset })];
      [rest, lines, afterDamage] = [Buffer.alloc(0), [], true];
      end.wholeBytes = piece.end;
      continue;
    }
    const all = rest.length > 0 ? Buffer.concat([rest, piece.text]) : piece.text;
    const last = all.lastIndexOf(NEWLINE);
    rest = all.subarray(last + 1);
    if (last >= 0) {
      const [first = '', ...others] = all.toString('utf8', 0, last).split('\n');
      // The first may be the end of a line whose beginning is lost.
      if (!afterDamage || isJson(first)) lines.push(first);
      for (const line of others) lines.push(line);
      afterDamage = false;
    }
    if (rest.length > 0) continue;
    end.wholeBytes = piece.end;
    yield lines;
    lines = [];
  }
  // A write that was cut off is not read in part: who appends cuts all of it off.
  end.tornBytes -= end.wholeBytes;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
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

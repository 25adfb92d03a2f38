import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

// A recording is a row of gzip members that each name their own length in the header's extra field `BC`, as BGZF does
// (SAM/BAM format specification, section 4.1): `zcat` reads it as it reads any gzip file, and a reader finds the next
// whole member behind one that is damaged.

/** Text that goes into one block at most, bytes: BGZF's own limit, less what compressing the incompressible adds. */
export const BLOCK_TEXT_BYTES = 0xff00;
/** Bytes from the start of a block to its compressed text. */
const BLOCK_HEADER_BYTES = 18;
const TRAILER_BYTES = 8;
/** Text of a block of BGZF at most; what has more is read too. */
const MOST_TEXT_BYTES = 1 << 16;
/** The bytes that every block begins with, up to its length. */
export const MAGIC = Buffer.from([0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0]);
/** The part of them that says what format follows. */
const SIGNATURE_BYTES = 4;

/** Packs up to `BLOCK_TEXT_BYTES` of text. */
export function packBlock(text: Buffer): Buffer {
  const packed = deflateRawSync(text);
  const block = Buffer.alloc(BLOCK_HEADER_BYTES + packed.length + TRAILER_BYTES);
  MAGIC.copy(block);
  block.writeUInt16LE(block.length - 1, 16);
  packed.copy(block, BLOCK_HEADER_BYTES);
  block.writeUInt32LE(crc32(text), block.length - 8);
  block.writeUInt32LE(text.length, block.length - 4);
  return block;
}

/** What begins at a place of a file: a whole block, one whose end is not there (yet), or no block that can be read. */
export type BlockAt = { state: 'whole'; bytes: number; text: Buffer } | { state: 'cut_off' | 'damaged' };

/** Reads the block that these bytes begin with. */
export function blockAt(bytes: Buffer): BlockAt {
  const known = Math.min(bytes.length, SIGNATURE_BYTES);
  if (!bytes.subarray(0, known).equals(MAGIC.subarray(0, known))) return { state: 'damaged' };
  if (bytes.length < BLOCK_HEADER_BYTES) return { state: 'cut_off' };
  const length = bytes.readUInt16LE(BLOCK_HEADER_BYTES - 2) + 1;
  if (length < BLOCK_HEADER_BYTES + TRAILER_BYTES) return { state: 'damaged' };
  if (bytes.length < length) return { state: 'cut_off' };
  const text = unpackBlock(bytes.subarray(0, length));
  return text ? { state: 'whole', bytes: length, text } : { state: 'damaged' };
}

/** Where the next block may begin, at or after this place; -1 if nowhere in these bytes. */
export const findBlock = (bytes: Buffer, from: number): number => bytes.indexOf(MAGIC, from);

function unpackBlock(block: Buffer): Buffer | undefined {
  try {
    const packed = block.subarray(BLOCK_HEADER_BYTES, block.length - TRAILER_BYTES);
    // Into one piece: by default it is put together of pieces of 16 KB.
    const text = inflateRawSync(packed, { chunkSize: MOST_TEXT_BYTES });
    return crc32(text) === block.readUInt32LE(block.length - 8) ? text : undefined;
  } catch {
    return undefined;
  }
}

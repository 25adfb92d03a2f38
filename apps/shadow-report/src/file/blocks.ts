import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

// A recording is a row of gzip members that each name their own length in the header's extra field `BC`, as BGZF does
// (SAM/BAM format specification, section 4.1): `zcat` reads it as it reads any gzip file, and whoever appends finds the last
// whole member without unpacking any.

/** Text that goes into one block at most, bytes: BGZF's own limit, less what compressing the incompressible adds. */
export const BLOCK_TEXT_BYTES = 0xff00;
/** Bytes from the start of a block to its compressed text. */
export const BLOCK_HEADER_BYTES = 18;
const TRAILER_BYTES = 8;
const MAGIC = Buffer.from([0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0]);

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

/** Length of the block that begins with these bytes; undefined if none begins there, or its header is cut off. */
export function blockLength(bytes: Buffer): number | undefined {
  if (bytes.length < BLOCK_HEADER_BYTES || !bytes.subarray(0, 4).equals(MAGIC.subarray(0, 4))) return undefined;
  return bytes.readUInt16LE(16) + 1;
}

/** Text of a whole block; undefined if it is damaged. */
export function unpackBlock(block: Buffer): Buffer | undefined {
  try {
    const text = inflateRawSync(block.subarray(BLOCK_HEADER_BYTES, block.length - TRAILER_BYTES));
    return crc32(text) === block.readUInt32LE(block.length - 8) ? text : undefined;
  } catch {
    return undefined;
  }
}

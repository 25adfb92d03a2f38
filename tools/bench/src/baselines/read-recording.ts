import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

/** Length of a block's head and of its trailer (BGZF), bytes. */
const [HEAD, TRAILER] = [18, 8];

/** The minimum work of a replay: unpacks a recording, and parses each line and its record. Returns their number. */
export function readRecording(path: string): number {
  const file = readFileSync(path);
  let [rest, lines]: [string, number] = ['', 0];
  for (let at = 0; at < file.length;) {
    const end = at + file.readUInt16LE(at + HEAD - 2) + 1;
    // Its texts are ASCII: no block ends within a character.
    const texts = (rest + inflateRawSync(file.subarray(at + HEAD, end - TRAILER)).toString('latin1')).split('\n');
    rest = texts.pop() ?? '';
    for (const text of texts) {
      const { json } = JSON.parse(text) as { json?: string };
      if (json !== undefined) JSON.parse(json);
    }
    lines += texts.length;
    at = end;
  }
  return lines;
}

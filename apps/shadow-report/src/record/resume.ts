import { CannotRun } from '@quantum/service-kit';
import {
  parseHeader,
  parseLine,
  RECORDING_VERSION,
  RecordingError,
  type RecordingHeader,
} from '@quantum/shadow-evidence';
import { openLocked } from '../file/lock.js';
import { readLines, type FileEnd } from '../file/reader.js';
import { RecordingWriter } from '../file/writer.js';
import { RecordingState } from './state.js';

export interface OpenRecording {
  header: RecordingHeader;
  state: RecordingState;
  writer: RecordingWriter;
  /** False where one that was there goes on, and holds more than its header: it may have ended right after that. */
  isNew: boolean;
}

/**
 * Begins a recording with this header, or goes on with the one that is there: after its last whole write, with the
 * policy and streams of its own header.
 * @throws CannotRun for a file that is no recording, one of another version or policy, or one that another recorder
 * writes to.
 */
export function openRecording(
  path: string,
  header: RecordingHeader,
  nowSec: number,
  warn: (text: string) => void,
): OpenRecording {
  const file = openLocked(path, warn);
  const state = new RecordingState();
  const end: FileEnd = { wholeBytes: 0, tornBytes: 0 };
  let known: RecordingHeader | undefined;
  let isNew = true;
  for (const lines of readLines(path, end)) {
    for (const line of lines) {
      if (!known) known = sameHeader(path, line, header);
      else {
        const value = parseLine(line);
        if (!value) continue;
        state.take(value, 1000 * nowSec);
        if (value.kind !== 'resumed') isNew = false;
      }
    }
  }
  // A crash right after its creation leaves an empty file.
  if (!known && end.tornBytes > 0) throw new CannotRun(`${path} is no recording, or one without a whole header`);
  const writer = new RecordingWriter(path, end.wholeBytes, file);
  writer.write([known ? { kind: 'resumed', at: nowSec } : header]);
  return { header: known ?? header, state, writer, isNew };
}

function sameHeader(path: string, line: string, wanted: RecordingHeader): RecordingHeader {
  let header: RecordingHeader;
  try {
    header = parseHeader(line);
  } catch (error) {
    if (error instanceof RecordingError) throw new CannotRun(`${path}: ${error.message}`);
    throw error;
  }
  if (header.v !== RECORDING_VERSION) throw new CannotRun(`${path} is of version ${header.v}: begin another file`);
  for (const part of ['policy', 'streams'] as const) {
    if (canonical(header[part]) === canonical(wanted[part])) continue;
    throw new CannotRun(`${path} was begun with other ${part}: begin another file, a recording has one policy`);
  }
  return header;
}

/** JSON with sorted names. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

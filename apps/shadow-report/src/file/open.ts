import { CannotRun, messageOf } from '@quantum/service-kit';
import {
  parseHeader,
  parseLine,
  RecordingError,
  type RecordingHeader,
  type RecordingLine,
} from '@quantum/shadow-evidence';
import { readLines, type FileEnd } from './reader.js';

/** What a recording turned out to be, apart from its lines. */
export interface ReadRecording {
  header: RecordingHeader;
  /** Bytes of a write at its end that is not whole: it was cut off, or is being written. */
  tornBytes: number;
  /** Bytes in its middle that are damaged, and in how many places: what was there is missing. */
  damage: Damage;
}

export interface Damage {
  places: number;
  bytes: number;
}

/**
 * Reads a recording from its beginning to its end; memory does not grow with it.
 * @param begin given the header, answers who takes the lines
 * @throws CannotRun when it cannot be read, or is none
 */
export function readRecording(
  path: string,
  begin: (header: RecordingHeader) => (line: RecordingLine) => void,
): ReadRecording {
  const end: FileEnd = { wholeBytes: 0, tornBytes: 0 };
  const damage: Damage = { places: 0, bytes: 0 };
  let header: RecordingHeader | undefined;
  let take: (line: RecordingLine) => void = () => undefined;
  try {
    for (const lines of readLines(path, end)) {
      for (const text of lines) {
        if (!header) {
          header = parseHeader(text);
          take = begin(header);
          continue;
        }
        const line = parseLine(text);
        if (line?.kind === 'damage') countDamage(damage, line);
        if (line) take(line);
      }
    }
  } catch (error) {
    throw readFailure(path, error);
  }
  if (!header) throw new CannotRun(`${path} is no recording`);
  return { header, tornBytes: end.tornBytes, damage };
}

export function countDamage(damage: Damage, { bytes }: Extract<RecordingLine, { kind: 'damage' }>): void {
  damage.places += 1;
  damage.bytes += bytes;
}

/**
 * What a failure to read a recording is reported as: one that the file or the system gives reason to is a `CannotRun`.
 */
export function readFailure(path: string, error: unknown): unknown {
  const isSystemError = typeof (error as { code?: unknown }).code === 'string';
  return error instanceof RecordingError || isSystemError ? new CannotRun(`${path}: ${messageOf(error)}`) : error;
}

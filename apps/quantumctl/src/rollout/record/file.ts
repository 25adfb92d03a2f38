import { once } from 'node:events';
import { createReadStream, createWriteStream, renameSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { CannotRun, messageOf } from '@quantum/service-kit';
import { parseLine, type RecordLine } from './line.js';

/**
 * Writes lines to a file, which is there when all of them are. @returns how many there are. @throws CannotRun, and what
 * `lines` throws
 */
export async function writeLines(path: string, lines: AsyncIterable<RecordLine>): Promise<number> {
  const part = `${path}.part`;
  const file = createWriteStream(part);
  const failed = new Promise<never>((_, reject) => {
    file.on('error', (error) => { reject(new CannotRun(`${path} cannot be written: ${messageOf(error)}`)); }); // prettier-ignore
  });
  failed.catch(() => undefined); // looked at where something is awaited
  let count = 0;
  for await (const line of lines) {
    count += 1;
    if (!file.write(`${JSON.stringify(line)}\n`)) await Promise.race([once(file, 'drain'), failed]);
  }
  file.end();
  await Promise.race([once(file, 'close'), failed]);
  renameSync(part, path);
  return count;
}

/** The lines of a file that `writeLines` wrote. @throws CannotRun where it is no whole record of a rollout */
export async function* linesOfFile(path: string): AsyncGenerator<RecordLine> {
  let [number, last]: [number, RecordLine | undefined] = [0, undefined];
  try {
    for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      number += 1;
      last = parseLine(text);
      const isHead = last?.kind === 'rollout';
      if (last === undefined || isHead !== (number === 1)) {
        throw new CannotRun(`${path}: line ${number} is no line of the record of a rollout of version 1`);
      }
      yield last;
    }
  } catch (error) {
    if (error instanceof CannotRun) throw error;
    throw new CannotRun(`${path} cannot be read: ${messageOf(error)}`);
  }
  if (last?.kind !== 'end') throw new CannotRun(`${path} is not whole: it was cut off after line ${number}`);
}

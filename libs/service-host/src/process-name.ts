import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** A name for this process that no other has or had; it tells operators the host and the process id. */
export const processName = (separator: string): string =>
  [hostname(), process.pid, randomBytes(4).toString('hex')].join(separator);

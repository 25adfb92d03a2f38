import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { CannotRun, messageOf } from '@quantum/service-kit';

/** What util-linux' and busybox' `flock -n` exit with where another process holds the lock. */
const EXIT_HELD = 1;

/**
 * Opens a file to append to it, or creates it, with an advisory lock: one program writes it at a time. The kernel ends
 * the lock with the file's descriptor, so a killed process leaves none behind. Node has no call for it; `flock` locks
 * the descriptor that it inherits.
 * @param warn called where the lock cannot be had for another reason: no such program, a file system without locks
 * @returns the file's descriptor; closing it releases the lock
 * @throws CannotRun where another process holds the lock
 */
export function openLocked(path: string, warn: (text: string) => void): number {
  const file = openSync(path, 'a+');
  const { status, error, stderr } = spawnSync('flock', ['-n', '3'], {
    stdio: ['ignore', 'ignore', 'pipe', file],
    encoding: 'utf8',
  });
  if (status === EXIT_HELD) {
    closeSync(file);
    throw new CannotRun(`${path}: another recorder writes to it. Stop that one first, or record to another file`);
  }
  if (status !== 0) {
    warn(`${path} could not be locked, start no second recorder on it: ${error ? messageOf(error) : stderr.trim()}`);
  }
  return file;
}

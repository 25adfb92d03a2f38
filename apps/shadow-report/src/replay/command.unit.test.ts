import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { defaultWorkers } from './command.js';

const folder = mkdtempSync(join(tmpdir(), 'shadow-report-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the threads of a replay by default', () => {
  it.each([
    [8 * 1024 * 1024, 2, 1],
    [8 * 1024 * 1024, 64, 1],
    [8 * 1024 * 1024, 1, 0],
    [8 * 1024 * 1024 - 1, 2, 0],
  ])('of %d bytes on %d cores are %d beside the main one', (bytes, cores, workers) => {
    const path = join(folder, 'run.qrec');
    writeFileSync(path, '');
    truncateSync(path, bytes);
    expect(defaultWorkers(path, cores)).toBe(workers);
  });

  it('are none of a file that is not there', () => {
    expect(defaultWorkers(join(folder, 'none'), 2)).toBe(0);
  });
});

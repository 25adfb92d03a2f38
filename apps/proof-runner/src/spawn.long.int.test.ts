import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnApp, waitFor } from '@quantum/testing';
import { APPS_FOLDER } from './testkit/paths.test-support.js';

/** Only the bundles, in a folder with nothing else: they must contain everything that they need. */
let folder: string;
const apps = () => join(folder, 'apps');
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'proofs-'));
  for (const name of readdirSync(APPS_FOLDER)) {
    cpSync(join(APPS_FOLDER, name, 'main.js'), join(apps(), name, 'main.js'));
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const start = (...args: string[]) => {
  const env = { TMPDIR: folder, HOME: process.env['HOME'] ?? '' };
  return spawnApp(join(apps(), 'proof-runner', 'main.js'), env, ['--spawn', ...args]);
};

/** Command lines of running processes that name our folder. */
const processes = (): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')];
      } catch {
        return []; // ended meanwhile
      }
    })
    .filter((line) => line.includes(folder));

const left = () => ({ processes: processes(), files: readdirSync(folder) });
const NOTHING = { processes: [], files: ['apps'] };

describe('a private deployment', () => {
  it('proves 12 + 5 with exact counts, 6 of the brain and 3 of policy depth, in an empty folder, and leaves no process and no file', async () => {
    const [junit, counts] = [join(apps(), 'junit.xml'), join(apps(), 'counts.json')];
    const app = start('--junit', junit, '--counts', counts);
    await app.waitForLine(/inputs of/);
    expect(processes().length).toBeGreaterThanOrEqual(3);

    expect((await app.exit).code).toBe(0);
    expect(app.stdout.filter((line) => / {2}PASS {2}/.test(line))).toHaveLength(26);
    expect(app.stdout.at(-1)).toBe('SUMMARY: PASS (all tests passed)');
    expect(JSON.parse(readFileSync(counts, 'utf8'))).toEqual({ passed: 26, failed: 0, skipped: 0 });
    expect(readFileSync(junit, 'utf8')).toContain('<testsuites name="proof-runner" tests="26" failures="0"');
    expect(left()).toEqual(NOTHING);
  });

  it.each([
    ['SIGINT', 'starting a private Redis', 130],
    ['SIGTERM', 'inputs of', 143],
    ['SIGINT', 'step 1: waiting', 130],
  ] as const)('%s after "%s" ends everything', async (signal, line, exitCode) => {
    const app = start();
    await app.waitForLine(new RegExp(line));

    expect((await app.stop(signal)).code).toBe(exitCode);
    expect(left()).toEqual(NOTHING);
  });

  it('SIGKILL leaves no process', async () => {
    const app = start();
    await app.waitForLine(/inputs of/);
    await app.stop('SIGKILL');

    await waitFor(() => processes().length === 0, { what: 'all processes to end' });
    for (const name of readdirSync(folder)) if (name !== 'apps') rmSync(join(folder, name), { recursive: true });
  });

  it('passes the parameters of its own environment to its services', async () => {
    const env = { TMPDIR: folder, HOME: process.env['HOME'] ?? '', P31_SCALE: '0.5', P31_DOWNSIZE_THRESHOLD: '0.5' };
    const app = spawnApp(join(apps(), 'proof-runner', 'main.js'), env, ['--spawn', '--json']);

    expect((await app.exit).code).toBe(0);
    expect(app.stdout.join('\n')).toContain('"got": "1.2000"');
    expect(app.stdout.join('\n')).toContain('"got": "0.4000"');
  });
});

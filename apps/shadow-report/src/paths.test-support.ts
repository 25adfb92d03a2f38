import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from '@jest/globals';
import { spawnApp } from '@quantum/testing';

const root = resolve(__dirname, '../../..');
/** The built apps, by name. */
export const builtApp = (name: string): string => join(root, 'dist/apps', name, 'main.js');
/** One of version 4: the brain, the proposer and the governor for 5 s on three symbols. */
export const FIXTURE_V4 = join(root, 'apps/shadow-report/fixtures/recording-v4.qrec');
/** One of version 3: both services for 5 s, the governor with two sets of limits, the first a dry run. */
export const FIXTURE_V3 = join(root, 'apps/shadow-report/fixtures/recording-v3.qrec');
/** One of version 2: both services for 7 s on inputs of every kind, with a policy file, smoothing and a budget. */
export const FIXTURE_V2 = join(root, 'apps/shadow-report/fixtures/recording-v2.qrec');
/** A recording of version 1: both services for 45 s on a made-up market of six symbols, P31_SCALE 0.9. */
export const FIXTURE = join(root, 'apps/shadow-report/fixtures/recording-v1.qrec');

/** Makes paths in a folder that is gone after the file's last test. */
export function usePaths(): () => string {
  const folder = mkdtempSync(join(tmpdir(), 'shadow-report-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  let number = 0;
  return () => join(folder, String(number++));
}

/** Runs the built app to its end. */
export async function run(args: readonly string[], mainJs = builtApp('shadow-report')) {
  const app = spawnApp(mainJs, {}, args);
  const { code } = await app.exit;
  return { code, stdout: app.stdout.join('\n'), stderr: app.stderr.join('\n') };
}

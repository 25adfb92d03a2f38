import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { passwordsIn } from './protect-output.js';

/** A command that knows a secret, and then does what MODE says. */
const COMMAND = `
import { protectOutput, registerSecrets } from './index.js';
protectOutput(3);
registerSecrets(['planted secret']);
const cause = Object.assign(new Error('cause: planted secret'), { command: { args: ['planted argument'] } });
const error = Object.assign(new Error('bug', { cause }), { code: 'ESOMETHING', command: { args: ['planted argument'] } });
if (process.env.MODE === 'throw') throw error;
if (process.env.MODE === 'reject') void Promise.reject(error);
if (process.env.MODE === 'write') {
  process.stdout.write('out: planted secret, redis://planted:planted@h\\n', () => process.stderr.write('err: planted%20secret\\n'));
  console.log('log: planted secret');
}
`;

let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'protect-'));
  const stdin = { contents: COMMAND, resolveDir: __dirname, loader: 'ts' as const };
  await build({
    stdin,
    outfile: join(dir, 'main.js'),
    bundle: true,
    loader: { '.lua': 'text' },
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

const run = (MODE: string) => spawnSync(process.execPath, [join(dir, 'main.js')], { encoding: 'utf8', env: { MODE } });

it('hides known secrets in whatever a command writes', () => {
  const { status, stdout, stderr } = run('write');
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: 'out: ***, redis://***@h\nlog: ***\n',
    stderr: 'err: ***\n',
  });
});

it.each(['throw', 'reject'])('tells what nobody caught without the properties of its error (%s)', (mode) => {
  const { status, stderr } = run(mode);
  expect(status).toBe(3);
  expect(stderr).toMatch(/^Error: bug\n[^]*\(code ESOMETHING\)\ncaused by Error: cause: \*\*\*\n/);
  expect(stderr).not.toContain('planted');
});

describe('passwordsIn', () => {
  it.each([
    ['--redi=redis://:pl an\'t@/#?e"d@host:6379', 'pl an\'t@/#?e"d'],
    ['redis://user:planted@host', 'planted'],
    ['--redis-url=rediss://:a:b@host/1', 'a:b'],
  ])('finds the password of %s', (arg, password) => {
    expect(passwordsIn(['--json', arg])).toEqual([password]);
  });

  it('finds none where there is none', () => {
    expect(passwordsIn(['redis://host:6379', 'user@host', '--day=2026-01-02', ''])).toEqual([]);
  });
});

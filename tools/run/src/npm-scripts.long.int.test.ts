import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { REPO_ROOT } from '@quantum/testing';

/**
 * What a stand-in for nx, jest, prettier or npm does when the key is its name or an argument; otherwise it succeeds.
 */
type Behaviour = Record<
  string,
  { exit?: number; counts?: object; prints?: string; hangs?: boolean; installs?: string }
>;

/** Stands in for the tools, so that what is tested is what `npm test` and `npm start` make of their outcomes. */
const STAND_IN = `
const fs = require('node:fs');
const { spawn } = require('node:child_process');
const args = [require('node:path').basename(__filename), ...process.argv.slice(2)];
fs.appendFileSync('calls.log', args.join(' ') + '\\n');
const behaviour = JSON.parse(fs.readFileSync('behaviour.json', 'utf8'));
const key = Object.keys(behaviour).find((word) => args.includes(word));
const { exit = 0, counts, prints, hangs, installs } = behaviour[key] ?? {};
if (prints) console.log(prints);
if (counts) fs.writeFileSync('tmp/test-counts/' + key + '.json', JSON.stringify(counts));
if (installs) fs.cpSync(installs, 'node_modules/.package-lock.json');
if (hangs) {
  spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  fs.writeFileSync('hanging-' + args[0], '');
  setInterval(() => {}, 1000);
} else process.exitCode = exit;
`;
const DEMO = `console.log('demo', process.argv.slice(2).join(' ')); process.exitCode = 7;`;
const ENDLESS_DEMO = `
const timer = setInterval(() => {}, 1000);
process.on('SIGINT', () => {
  clearInterval(timer);
  console.log('in order');
});
console.log('demo');
`;

let root: string;
const put = (path: string, content: string | object): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
};
const calls = (): string[] => readFileSync(join(root, 'calls.log'), 'utf8').trim().split('\n');

function start(script: string, args: string[] = [], env: Record<string, string> = {}): ChildProcess {
  const clean = Object.entries(process.env).filter(([name]) => name !== 'CI');
  return spawn(process.execPath, [join(root, 'tools', 'run', script), ...args], {
    cwd: root,
    env: { ...Object.fromEntries(clean), npm_execpath: join(root, 'stand-in.cjs'), ...env },
  });
}

async function outcome(child: ChildProcess): Promise<{ code: number; lines: string[]; stderr: string }> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
  const [code] = (await once(child, 'close')) as [number];
  return { code, lines: stdout.trimEnd().split('\n'), stderr };
}

const run = (script: string, args?: string[], env?: Record<string, string>): ReturnType<typeof outcome> =>
  outcome(start(script, args, env));
const behave = (behaviour: Behaviour): void => {
  put('behaviour.json', behaviour);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'quantum-scripts-'));
  cpSync(join(REPO_ROOT, 'tools', 'run'), join(root, 'tools', 'run'), { recursive: true });
  put('package.json', { engines: { node: '>=20.19' } });
  put('package-lock.json', { packages: { '': {}, 'node_modules/nx': { version: '1.0.0' } } });
  put('node_modules/.package-lock.json', { packages: { 'node_modules/nx': { version: '1.0.0' } } });
  for (const tool of ['nx', 'jest', 'prettier', 'eslint']) {
    put(`node_modules/.bin/${tool}`, `#!${process.execPath}\n${STAND_IN}`);
    chmodSync(join(root, 'node_modules', '.bin', tool), 0o755);
  }
  put('stand-in.cjs', STAND_IN);
  put('dist/tools/demo/main.js', DEMO);
  put('tools/docs/project.json', { targets: {} });
  behave({});
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('npm test', () => {
  it('builds and checks the format, then tests beside the rest, and ends with the sum of what really ran', async () => {
    put('tmp/test-counts/of-an-earlier-run.json', { passed: 99, failed: 99, skipped: 99 });
    put('dist/apps/proof-runner/main.js', STAND_IN);
    put('tools/docs/project.json', { targets: { check: {} } });
    behave({
      jest: { counts: { passed: 3, failed: 0, skipped: 1 } },
      '--spawn': { counts: { passed: 4, failed: 0, skipped: 0 } },
    });
    const { code, lines } = await run('test.mjs');
    expect(lines.at(-1)).toBe('tests: 7 passed, 0 failed, 1 skipped');
    expect(code).toBe(0);
    const all = calls();
    const others = all.slice(2);
    const isTest = (call: string): boolean => /^(jest|main\.js) /.test(call);
    const inOrder = (starts: string[]): unknown => starts.map((start) => expect.stringMatching(`^${start} `));
    expect(all.slice(0, 2).sort()).toEqual(inOrder(['nx run-many -t build', 'prettier']));
    expect(others.filter((call) => !isTest(call))).toEqual(inOrder(['nx graph', 'eslint', 'nx run docs:check']));
    expect(others.filter(isTest).sort()).toEqual(inOrder(['jest', 'main.js']));
  });

  it('leaves the long tests to npm run test:long, which runs nothing else', async () => {
    const jestCalls = (): string[] => calls().filter((call) => call.startsWith('jest '));
    await run('test.mjs');
    expect(jestCalls()).toEqual([expect.stringContaining(' --testPathIgnorePatterns=\\.long\\.int')]);
    rmSync(join(root, 'calls.log'));
    await run('test.mjs', ['--long']);
    expect(calls()).toEqual([
      expect.stringMatching(/^nx run-many -t build /),
      expect.stringContaining(' --testPathPatterns=\\.long\\.int'),
    ]);
  });

  it('shows what each check wrote in one piece, under its name', async () => {
    behave({ eslint: { exit: 1, prints: 'what is wrong' } });
    const { lines } = await run('test.mjs');
    const from = lines.indexOf('=== lint-and-types ===');
    expect(lines.slice(from + 1, from + 3)).toEqual([
      'what is wrong',
      expect.stringMatching(/^--- FAILED lint-and-types /),
    ]);
  });

  it('builds anew in CI', async () => {
    await run('test.mjs');
    const built = (): string[] => calls().filter((call) => / -t /.test(call) && call.includes('--skip-nx-cache'));
    expect(built()).toEqual([]);
    rmSync(join(root, 'calls.log'));
    await run('test.mjs', [], { CI: 'true' });
    expect(built()).toEqual([expect.stringContaining('-t build')]);
  });

  it('counts a stage that fails without a failing test as one failure, and runs the others', async () => {
    behave({ prettier: { exit: 2 }, eslint: { exit: 1 }, jest: { counts: { passed: 5, failed: 0, skipped: 0 } } });
    const { code, lines } = await run('test.mjs');
    expect(lines.at(-1)).toBe('tests: 5 passed, 2 failed, 0 skipped');
    expect(code).toBe(1);
  });

  it('counts failing tests once, and names them in the end', async () => {
    const failures = ['a.unit.test.ts: adds', 'b.int.test.ts: waits'];
    behave({ jest: { exit: 1, counts: { passed: 5, failed: 2, skipped: 0, failures } }, eslint: { exit: 1 } });
    const { code, lines } = await run('test.mjs');
    expect(lines.slice(-3, -1)).toEqual(failures.map((name) => `failed: ${name}`));
    expect(lines.at(-1)).toBe('tests: 5 passed, 3 failed, 0 skipped'); // two tests and lint
    expect(code).toBe(1);
  });

  it('ends what it started when it is ended, and is not green', async () => {
    const hanging = ['eslint', 'jest'];
    const hangs = { eslint: { hangs: true }, jest: { hangs: true } };
    behave({ build: { counts: { passed: 5, failed: 0, skipped: 0 } }, ...hangs });
    const watcher = watch(root);
    const child = start('test.mjs');
    const ended = outcome(child);
    while (!hanging.every((name) => existsSync(join(root, `hanging-${name}`)))) await once(watcher, 'change');
    watcher.close();
    child.kill('SIGTERM');
    const { code, lines } = await ended; // Only comes when the last of them has closed its output.
    expect(lines.at(-1)).toBe('tests: 5 passed, 2 failed, 0 skipped');
    expect(lines).toContainEqual(expect.stringMatching(/^FAILED test: ended by SIGTERM \(/));
    expect(lines).toContainEqual('interrupted by SIGTERM: the later stages have not run');
    expect(code).toBe(1);
  });

  it('installs what is missing, and gives up when that fails', async () => {
    put('node_modules/.package-lock.json', { packages: { 'node_modules/nx': { version: '0.9.0' } } });
    behave({ ci: { exit: 1 } });
    const { code, lines } = await run('test.mjs');
    expect(calls()).toEqual([expect.stringMatching(/^stand-in.cjs ci /)]);
    expect(lines.at(-1)).toBe('tests: 0 passed, 1 failed, 0 skipped');
    expect(code).toBe(1);
  });

  it('says which node it needs', async () => {
    put('package.json', { engines: { node: '>=99.1' } });
    const { code, stderr } = await run('test.mjs');
    expect(stderr).toContain('needs node 99.1 or newer');
    expect(code).toBe(1);
  });
});

describe('npm start', () => {
  it('builds, hands its arguments to the demo and ends with its exit code', async () => {
    const { code, lines } = await run('start.mjs', ['--plans', '3']);
    expect(calls()).toEqual([expect.stringContaining('-t build')]);
    expect(lines).toEqual(['demo --plans 3']);
    expect(code).toBe(7);
  });

  it('leaves the orderly end to the demo', async () => {
    put('dist/tools/demo/main.js', ENDLESS_DEMO);
    const child = start('start.mjs');
    const ended = outcome(child);
    if (child.stdout) await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 0, lines: ['demo', 'in order'] });
  });

  it('installs first on a fresh clone', async () => {
    rmSync(join(root, 'node_modules', '.package-lock.json'));
    behave({ ci: { installs: 'package-lock.json' } });
    await run('start.mjs');
    expect(calls()).toEqual([expect.stringMatching(/^stand-in.cjs ci /), expect.stringContaining('-t build')]);
  });

  it('shows what the build said when it fails, and starts nothing', async () => {
    behave({ build: { exit: 1, prints: 'what went wrong' } });
    const { code, lines, stderr } = await run('start.mjs');
    expect(stderr).toContain('what went wrong');
    expect(lines).toEqual(['']);
    expect(code).toBe(1);
  });
});

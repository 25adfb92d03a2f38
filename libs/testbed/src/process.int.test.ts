import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { endText, readLines, startProcess, waitFor, type Process } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'process-'));
const all: Process[] = [];
afterAll(async () => {
  await Promise.all(all.map((running) => running.kill()));
  rmSync(folder, { recursive: true });
});

function script(name: string, text: string): string {
  const path = join(folder, `${name}.js`);
  writeFileSync(path, text);
  return path;
}

const SERVICE = `
  process.on('SIGTERM', () => { console.log('bye'); process.exit(3); });
  setInterval(() => {}, 1000);
  console.error('warming up');
  console.log('ready');`;
const DEAF = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('ready');`;

const started = (name: string, text: string, env = {}) => {
  const running = startProcess({ mainFile: script(name, text), env, output: 'pipe' });
  all.push(running);
  return { running, lines: readLines(running) };
};
const isReady = (line: string) => (line === 'ready' ? true : undefined);
const ready = { what: 'says that it is ready', timeoutMs: 10_000 };

const isAlive = (pid: number): boolean => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

describe('startProcess', () => {
  it('reads the output of a process, stops it, and reports how it ended', async () => {
    const { running, lines } = started('service', SERVICE);
    await lines.waitFor(isReady, ready);
    expect(running.ended).toBeUndefined();
    expect(await running.stop()).toEqual({ code: 3, signal: null });
    expect([lines.stdout, lines.stderr]).toEqual([['ready', 'bye'], ['warming up']]);
    expect(running.ended).toBe('exited with code 3');
    expect(await running.kill()).toBe(await running.stop());
  });

  it('kills a process that does not stop in time', async () => {
    const { running, lines } = started('deaf', DEAF);
    await lines.waitFor(isReady, ready);
    expect(endText(await running.stop(1))).toBe('ended by SIGKILL');
  });

  it('resumes a paused process before it stops it', async () => {
    const { running, lines } = started('paused', SERVICE);
    await lines.waitFor(isReady, ready);
    running.pause();
    expect(await running.stop()).toEqual({ code: 3, signal: null });
  });

  it('gives a process the named environment, and its PATH', async () => {
    const { running, lines } = started('env', 'console.log(JSON.stringify(process.env))', { A: '1' });
    await running.exited;
    expect(JSON.parse(lines.stdout.join(''))).toEqual({ A: '1', PATH: process.env['PATH'] });
  });

  it('starts a program with an empty PATH', async () => {
    const { running, lines } = started('path', 'console.log(process.env.PATH)', { PATH: '/nowhere' });
    expect(await running.exited).toEqual({ code: 0, signal: null });
    expect(lines.stdout).toEqual(['/nowhere']);
  });

  it('writes both streams to a file', async () => {
    const file = join(folder, 'log');
    const mainFile = script('file', `console.log('out'); console.error('err');`);
    await startProcess({ mainFile, env: {}, output: { file } }).exited;
    expect(readFileSync(file, 'utf8')).toBe('out\nerr\n');
  });

  it('reports why no line matched', async () => {
    const { running, lines } = started('silent', 'console.error("no config"); process.exitCode = 78');
    await expect(lines.waitFor(isReady, ready)).rejects.toThrow(
      'no line says that it is ready: the process exited with code 78; the last lines:\nno config',
    );
    await expect(started('late', SERVICE).lines.waitFor(() => undefined, { what: 'x', timeoutMs: 1 })).rejects.toThrow(
      'no line x: waited 1 ms',
    );
    expect(running.ended).toBe('exited with code 78');
  });

  it('with fromNow, waits for a line that was already written once', async () => {
    const { lines } = started('ticking', `setInterval(() => console.log('ready'), 20)`);
    await lines.waitFor(isReady, ready);
    const seen = lines.stdout.length;
    await lines.waitFor(isReady, { ...ready, fromNow: true });
    expect(lines.stdout.length).toBeGreaterThan(seen);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)('lets no process outlive its parent, ended by %s', async (signal) => {
    const bundle = join(folder, 'testbed.cjs');
    await build({ entryPoints: [join(__dirname, 'process.ts')], outfile: bundle, bundle: true, platform: 'node' });
    const parent = script(
      'parent',
      `const { startProcess } = require(${JSON.stringify(bundle)});
      process.on('SIGTERM', () => process.exit(1));
      const child = startProcess({ mainFile: ${JSON.stringify(script('child', DEAF))}, env: {}, output: 'inherit' });
      console.log('pid ' + child.pid);`,
    );
    const host = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: host.stdout }), 'line')) as [string];
    const pid = Number(line.replace('pid ', ''));
    expect(isAlive(pid)).toBe(true);
    host.kill(signal);
    await waitFor(() => !isAlive(pid), { what: 'the child to end' });
  });
});

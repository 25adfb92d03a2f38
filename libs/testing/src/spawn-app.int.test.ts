import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnApp } from './index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spawn-app-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function script(text: string): Promise<string> {
  const path = join(folder, 'main.js');
  await writeFile(path, text);
  return path;
}

const SERVICE = `
  process.on('SIGTERM', () => { console.log('bye'); process.exit(3); });
  setInterval(() => {}, 1000);
  console.error('warming up');
  console.log('ready');`;

describe('spawnApp', () => {
  it('waits for lines, stops the app, and reports how it ended', async () => {
    const app = spawnApp(await script(SERVICE));
    expect(await app.waitForLine(/read/)).toBe('ready');
    expect(await app.waitForLine(/warm/)).toBe('warming up');
    expect(await app.stop()).toMatchObject({ code: 3, signal: null });
    expect([app.stdout, app.stderr]).toEqual([['ready', 'bye'], ['warming up']]);
    expect(await app.stop()).toBe(await app.exit);
  });

  it('gives the app only the environment and arguments of the test', async () => {
    const app = spawnApp(await script('console.log(JSON.stringify([process.env, process.argv[2]]))'), { A: '1' }, [
      'x',
    ]);
    await app.exit;
    expect(JSON.parse(app.stdout.join(''))).toEqual([{ A: '1', PATH: process.env['PATH'] }, 'x']);
  });

  it('reports how a process ended that can no longer write the line', async () => {
    const app = spawnApp(await script('console.error("no config"); process.exitCode = 78'));
    await expect(app.waitForLine(/ready/)).rejects.toThrow(
      'no line matches /ready/: the process exited with code 78; the last lines:\nno config',
    );
  });

  it('reports the output if the line does not arrive in time', async () => {
    const app = spawnApp(await script(SERVICE));
    await app.waitForLine(/ready/);
    await expect(app.waitForLine(/never/, 1)).rejects.toThrow(/no line matches \/never\/: waited 1 ms; .*\n[^]*ready/);
    expect(await app.stop('SIGKILL')).toMatchObject({ code: null, signal: 'SIGKILL' });
  });
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { buildSync } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findRedisServer } from './index.js';

/** A process that starts a server, prints its socket and never stops it. Bundled like the shipped programs. */
const FORGETFUL = `
  import { startPrivateRedis } from './index.js';
  startPrivateRedis().then((server) => {
    process.stdout.write(server.socketPath);
    process.stdin.on('end', () => process.exit(0)).resume();
  });`;

// Without an installed server, the first search downloads one.
beforeAll(() => findRedisServer(), 300_000);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parent-'));
  buildSync({
    stdin: { contents: FORGETFUL, resolveDir: __dirname, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: join(folder, 'main.js'),
  });
});
afterAll(() => rm(folder, { recursive: true }));

async function forgetfulParent(): Promise<{ parent: ChildProcess; socketPath: string }> {
  const parent = spawn(process.execPath, ['main.js'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
  const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
  return { parent, socketPath: printed.toString() };
}

/** The server keeps this connection until it ends. */
async function connectionTo(socketPath: string): Promise<{ lost: Promise<unknown> }> {
  const connection = createConnection(socketPath);
  await once(connection, 'connect');
  connection.on('error', () => undefined); // a reset also means that it ended
  return { lost: new Promise((resolve) => connection.once('close', resolve)) };
}

it('ends the server and removes its folder when the process ends without a stop', async () => {
  const { parent, socketPath } = await forgetfulParent();
  const { lost } = await connectionTo(socketPath);
  const exited = once(parent, 'exit');
  parent.stdin?.end();
  await lost;
  await exited;
  expect(existsSync(dirname(socketPath))).toBe(false);
});

// Only Linux lets the kernel end the server.
(process.platform === 'linux' ? it : it.skip)('ends the server when the process is killed', async () => {
  const { parent, socketPath } = await forgetfulParent();
  const { lost } = await connectionTo(socketPath);
  parent.kill('SIGKILL');
  await lost;
  await rm(dirname(socketPath), { recursive: true });
});

import { execFile, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { RedisServer } from './server-binary.js';

const POLL_MS = 3;
const PING_TIMEOUT_MS = 1_000;
const READY_TIMEOUT_MS = 30_000;
const TERM_GRACE_MS = 3_000;
const LOG_LINES = 12;

/** A server's folder and its files. */
export interface ServerFiles {
  dir: string;
  /** Whether the folder was made for this server and is removed with it. */
  ownDir: boolean;
  socketPath: string;
  configFile: string;
  logFile: string;
}

export function filesIn(dir: string, ownDir: boolean): ServerFiles {
  const file = (name: string) => join(dir, name);
  return { dir, ownDir, socketPath: file('redis.sock'), configFile: file('redis.conf'), logFile: file('redis.log') };
}

/** Synchronous because of process 'exit'. A given folder keeps the data that Redis stored in it. */
export function removeFiles({ dir, ownDir, socketPath, configFile, logFile }: ServerFiles): void {
  for (const path of ownDir ? [dir] : [socketPath, configFile, logFile]) rmSync(path, { recursive: true, force: true });
}

/** Starts the program and resolves when it answers PING. Rejects with its last log lines if it ends before that. */
export async function launch(
  server: RedisServer,
  files: ServerFiles,
  mode: readonly string[] = [],
): Promise<ChildProcess> {
  const log = openSync(files.logFile, 'a');
  const child = await spawnServer(server, files, mode, log);
  closeSync(log);
  endWithThisProcess(child, files);
  try {
    await ready(child, files.socketPath);
  } catch (error) {
    await end(child, 'SIGKILL');
    const said = (await readFile(files.logFile, 'utf8')).trim().split('\n').slice(-LOG_LINES).join('\n');
    throw new Error(`redis-server did not start: ${(error as Error).message}. Its last log lines:\n${said}`);
  }
  child.unref(); // a forgotten stop() must not keep this process alive
  return child;
}

/** Ends the process and resolves when it is gone: SIGTERM, after 3 s SIGKILL. Resumes a paused server first. */
export async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (!isRunning(child)) return;
  child.ref();
  const exited = once(child, 'exit');
  child.kill(signal);
  child.kill('SIGCONT');
  const impatience = setTimeout(() => child.kill('SIGKILL'), TERM_GRACE_MS);
  await exited;
  clearTimeout(impatience);
}

export function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

async function ready(child: ChildProcess, socketPath: string): Promise<void> {
  let failure: string | undefined;
  child.once('error', (error) => (failure = error.message));
  child.once('exit', (code, signal) => (failure = `it ended with ${signal ?? `exit code ${code ?? '?'}`}`));
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!(await answersPing(socketPath))) {
    if (failure !== undefined) throw new Error(failure);
    if (performance.now() > deadline) throw new Error(`no answer within ${READY_TIMEOUT_MS / 1000} s`);
    await delay(POLL_MS);
  }
}

/** Any reply but LOADING counts: a server with a password replies NOAUTH and is ready. */
async function answersPing(socketPath: string): Promise<boolean> {
  const socket = createConnection(socketPath, () => socket.write('PING\r\n'));
  socket.setTimeout(PING_TIMEOUT_MS, () => socket.destroy());
  return new Promise((resolve) => {
    socket.once('data', (answer) => {
      resolve(!answer.toString().startsWith('-LOADING'));
      socket.destroy();
    });
    socket.once('error', () => socket.destroy());
    socket.once('close', () => {
      resolve(false);
    });
  });
}

const GUARD = ['--pdeathsig', 'KILL'];
let guardWorks: Promise<boolean> | undefined;

/**
 * With util-linux, the kernel ends the server with its parent, however that dies (SIGKILL too). The server may then
 * have a process group of its own, so that Ctrl-C does not end it while the program shuts down in order.
 */
async function spawnServer(
  server: RedisServer,
  files: ServerFiles,
  mode: readonly string[],
  log: number,
): Promise<ChildProcess> {
  guardWorks ??= promisify(execFile)('setpriv', [...GUARD, 'true']).then(
    () => true,
    () => false,
  );
  const detached = await guardWorks;
  const env = { ...process.env, ...server.env };
  const options: SpawnOptions = { cwd: files.dir, env, stdio: ['ignore', log, log], detached };
  const args = [files.configFile, ...mode];
  if (!detached) return spawn(server.path, args, options);
  return spawn('setpriv', [...GUARD, server.path, ...args], options);
}

const alive = new Map<ChildProcess, ServerFiles>();

/** One listener for all servers of this process. */
function endWithThisProcess(child: ChildProcess, files: ServerFiles): void {
  if (alive.size === 0) process.on('exit', endAll);
  alive.set(child, files);
  const forget = () => {
    alive.delete(child);
    if (alive.size === 0) process.off('exit', endAll);
  };
  child.once('exit', forget);
  child.once('error', forget);
}

function endAll(): void {
  for (const [child, files] of alive) {
    child.kill('SIGKILL');
    removeFiles(files);
  }
}

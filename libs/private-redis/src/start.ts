import type { ChildProcess } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeCertificates, type Certificates } from './certificates.js';
import { findRedisServer } from './find-server.js';
import { freePort, onFreePorts } from './free-port.js';
import type { RedisServer } from './server-binary.js';
import { end, filesIn, isRunning, launch, removeFiles, type ServerFiles } from './server-process.js';

// sockaddr_un ends at 104 bytes on some systems, 108 on Linux.
const MAX_SOCKET_PATH = 100;

export interface PrivateRedisOptions {
  /** Also listen on a free port of 127.0.0.1, and return that as the url. */
  tcp?: boolean;
  /** Use TLS on that port, and require a client certificate. The unix socket stays unencrypted. */
  tls?: boolean;
  /** Lines of redis.conf, by name. The port, the addresses and the folder cannot be set here. */
  config?: Record<string, string>;
  /** The server to start; by default the one that `findRedisServer` finds. */
  server?: RedisServer;
  /** An existing folder to use. It is kept at the end with the data that Redis stored there. By default a new one. */
  dir?: string;
}

/** A redis-server of this process alone. It ends with this process at the latest. */
export interface PrivateRedis {
  socketPath: string;
  /** Address for ioredis and REDIS_URL: unix://<socket>, with `tcp` redis://127.0.0.1:port, with `tls` rediss://. */
  url: string;
  /** 0 = none. */
  port: number;
  dir: string;
  /** With `tls`: the files that a client needs, and the server's own. */
  certificates: Certificates | undefined;
  /** 0 while no server runs; changes with `restart`. */
  readonly pid: number;
  /** Ends the server and removes its files. May be called twice. */
  stop: () => Promise<void>;
  /** Hangs the server: connections stay open, nothing is answered, until `resume`. */
  pause: () => void;
  resume: () => void;
  /** Ends the server at once, like a crash; its files stay for `restart`. */
  kill: () => Promise<void>;
  /** Ends a running server in order, and starts it again with the same folder, socket and port. */
  restart: () => Promise<void>;
}

/**
 * Starts a private redis-server on a unix socket, without persistence, in about 100 ms. Resolves when it answers.
 * @throws Error with the server's last log lines if it does not start.
 */
export const startPrivateRedis = (options: PrivateRedisOptions = {}): Promise<PrivateRedis> => startServer(options);

/** Like `startPrivateRedis`; `mode` is an argument of the program, such as `--sentinel`. */
export async function startServer(options: PrivateRedisOptions, ...mode: string[]): Promise<PrivateRedis> {
  const server = options.server ?? (await findRedisServer());
  const files = await makeFiles(options.dir);
  try {
    const certificates = options.tls === true ? await makeCertificates(files.dir) : undefined;
    return await onFreePorts(async () => {
      const port = options.tcp === true || certificates ? await freePort() : 0;
      await writeFile(files.configFile, configText(options.config ?? {}, files, port, certificates));
      const start = () => launch(server, files, mode);
      return handle({ files, port, certificates }, start, await start());
    });
  } catch (error) {
    removeFiles(files);
    throw error;
  }
}

interface Place {
  files: ServerFiles;
  port: number;
  certificates: Certificates | undefined;
}

function handle(
  { files, port, certificates }: Place,
  start: () => Promise<ChildProcess>,
  first: ChildProcess,
): PrivateRedis {
  let child = first;
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    if (!isRunning(child)) throw new Error(`${name} was meant for a redis-server that does not run`);
    child.kill(name);
  };
  return {
    socketPath: files.socketPath,
    url: port === 0 ? `unix://${files.socketPath}` : `${certificates ? 'rediss' : 'redis'}://127.0.0.1:${port}`,
    port,
    dir: files.dir,
    certificates,
    get pid() {
      return isRunning(child) ? (child.pid ?? 0) : 0;
    },
    async stop() {
      await end(child, 'SIGTERM');
      removeFiles(files);
    },
    pause() {
      signal('SIGSTOP');
    },
    resume() {
      signal('SIGCONT');
    },
    kill: () => end(child, 'SIGKILL'),
    async restart() {
      await end(child, 'SIGTERM');
      child = await onFreePorts(start); // meanwhile others may have tried whether its port is free
    },
  };
}

async function makeFiles(given: string | undefined): Promise<ServerFiles> {
  if (given !== undefined) {
    const files = filesIn(resolve(given), false);
    if (fits(files)) return files;
    throw new Error(`The path of a socket in ${files.dir} would be longer than ${MAX_SOCKET_PATH} characters.`);
  }
  const longest = filesIn(join(tmpdir(), 'private-redis-XXXXXX'), true);
  return filesIn(await mkdtemp(join(fits(longest) ? tmpdir() : '/tmp', 'private-redis-')), true);
}

const fits = ({ socketPath }: ServerFiles): boolean => Buffer.byteLength(socketPath) < MAX_SOCKET_PATH;

function configText(
  wanted: Record<string, string>,
  { dir, socketPath }: ServerFiles,
  port: number,
  certificates: Certificates | undefined,
): string {
  const addresses = {
    ...(certificates ? { port: '0', 'tls-port': String(port), ...tlsLines(certificates) } : { port: String(port) }),
    bind: '127.0.0.1',
    unixsocket: JSON.stringify(socketPath),
    unixsocketperm: '700',
  };
  const all: Record<string, string> = { save: '', appendonly: 'no', ...wanted, ...addresses, dir: JSON.stringify(dir) };
  const lines = Object.entries(all).map(([name, value]) => `${name} ${value === '' ? '""' : value}\n`);
  return lines.join('');
}

const tlsLines = ({ ca, serverCert, serverKey }: Certificates): Record<string, string> => ({
  'tls-ca-cert-file': JSON.stringify(ca),
  'tls-cert-file': JSON.stringify(serverCert),
  'tls-key-file': JSON.stringify(serverKey),
  'tls-auth-clients': 'yes',
});

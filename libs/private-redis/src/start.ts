import type { ChildProcess } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeCertificates, type Certificates } from './certificates.js';
import { findRedisServer } from './find-server.js';
import { freePort } from './free-port.js';
import { end, filesIn, isRunning, launch, removeFiles, type ServerFiles } from './server-process.js';

// sockaddr_un ends at 104 bytes on some systems, 108 on Linux.
const MAX_SOCKET_PATH = 100;
const PORT_ATTEMPTS = 5;

export interface PrivateRedisOptions {
  /** Listen on a free port of 127.0.0.1 too, and give that as the url. */
  tcp?: boolean;
  /** Speak TLS on that port, and let nobody in without a client certificate. The unix socket stays as it is. */
  tls?: boolean;
  /** Lines of redis.conf, by name. The port, the addresses and the folder are not to be chosen here. */
  config?: Record<string, string>;
  /** An existing folder to live in, kept at the end with what Redis stored there. By default a fresh one. */
  dir?: string;
}

/** A redis-server of this process alone. It ends with this process at the latest. */
export interface PrivateRedis {
  socketPath: string;
  /** What ioredis and REDIS_URL take: unix://<socket>, with `tcp` redis://127.0.0.1:port, with `tls` rediss://. */
  url: string;
  /** 0 = none. */
  port: number;
  dir: string;
  /** With `tls`: what a client needs, and the server's own. */
  certificates: Certificates | undefined;
  /** 0 while no server runs; another one after `restart`. */
  readonly pid: number;
  /** Ends the server and removes its files. May be called twice. */
  stop: () => Promise<void>;
  /** The server hangs: connections stay open, nothing is answered, until `resume`. */
  pause: () => void;
  resume: () => void;
  /** The server dies at once, like a crash; its files stay for `restart`. */
  kill: () => Promise<void>;
  /** Ends a server that still runs in good order, and starts it again with the same folder, socket and port. */
  restart: () => Promise<void>;
}

/**
 * Starts a redis-server that nobody else knows: on a unix socket, without persistence, in about 100 ms.
 * Resolves when it answers. @throws Error with the server's last log lines when it does not start.
 */
export const startPrivateRedis = (options: PrivateRedisOptions = {}): Promise<PrivateRedis> => startServer(options);

/** As `startPrivateRedis`; `mode` is an argument of the program, such as `--sentinel`. */
export async function startServer(options: PrivateRedisOptions, ...mode: string[]): Promise<PrivateRedis> {
  const server = await findRedisServer();
  const files = await makeFiles(options.dir);
  try {
    const certificates = options.tls === true ? await makeCertificates(files.dir) : undefined;
    for (let attempt = 1; ; attempt += 1) {
      const port = options.tcp === true || certificates ? await freePort() : 0;
      await writeFile(files.configFile, configText(options.config ?? {}, files, port, certificates));
      try {
        const start = () => launch(server, files, mode);
        return handle({ files, port, certificates }, start, await start());
      } catch (error) {
        // Between asking for a free port and taking it, somebody else may have it.
        const taken = port !== 0 && (error as Error).message.includes('Address already in use');
        if (!taken || attempt === PORT_ATTEMPTS) throw error;
      }
    }
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
      child = await start();
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

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const OLDEST_MAJOR = 7;

export interface RedisServer {
  /** Absolute path of the program. */
  path: string;
  /** Additions to the environment of the program (LD_LIBRARY_PATH for unpacked packages). */
  env: Record<string, string>;
  source: 'environment' | 'path' | 'deb' | 'redis-memory-server';
  /** As the program prints it, "7.0.15". */
  version: string;
}

/** Runs a program for its version. Throws a short sentence if it cannot be run or is older than Redis 7.0. */
export async function probeServer(found: Omit<RedisServer, 'version'>): Promise<RedisServer> {
  const version = await versionOf(found);
  if (Number.parseInt(version, 10) < OLDEST_MAJOR) {
    throw new Error(`${found.path} is Redis ${version}, 7.0 or newer is needed`);
  }
  return { ...found, version };
}

async function versionOf({ path, env }: Omit<RedisServer, 'version'>): Promise<string> {
  const { stdout } = await run(path, ['--version'], { env: { ...process.env, ...env }, timeout: 10_000 }).catch(
    (error: unknown) => {
      throw new Error(`${path} cannot be run (${reasonOf(error)})`);
    },
  );
  const version = /\bv=(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (version === undefined)
    throw new Error(`${path} is not a redis-server: it answers "${stdout.split('\n', 1).join()}"`);
  return version;
}

/** The line that states the fault: the last one that a program wrote, else the first of the error's message. */
export function reasonOf(error: unknown): string {
  const { stderr = '', message = String(error) } = error as { stderr?: string; message?: string };
  return stderr.trim().split('\n').at(-1) || (message.split('\n')[0] ?? '');
}

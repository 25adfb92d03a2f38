import { access, constants, stat } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { cacheFolder, serverFromDebs } from './debian-packages.js';
import { reasonOf, probeServer, type RedisServer } from './server-binary.js';

const answers = new Map<string, Promise<RedisServer>>();

/**
 * Finds a redis-server 7.0 or newer: REDIS_SERVER_BIN, PATH, Debian packages unpacked into the user's cache folder, and
 * last redis-memory-server, which may compile for minutes. The result is kept for the life of the process.
 * @throws Error, one sentence with every attempt and what to do. An unusable REDIS_SERVER_BIN is an error too: a server
 * that was named is never replaced by another.
 */
export function findRedisServer(env: NodeJS.ProcessEnv = process.env): Promise<RedisServer> {
  const key = JSON.stringify(['REDIS_SERVER_BIN', 'PATH', 'XDG_CACHE_HOME', 'HOME'].map((name) => env[name]));
  let answer = answers.get(key);
  if (answer === undefined) {
    answer = search(env);
    answers.set(key, answer);
    answer.catch(() => answers.delete(key));
  }
  return answer;
}

/**
 * The path of a tool of the same installation as the server, and the environment that it needs.
 * @throws Error if that installation lacks it.
 */
export async function findRedisTool(
  name: 'redis-cli' | 'redis-benchmark',
): Promise<{ path: string; env: Record<string, string> }> {
  const server = await findRedisServer();
  const path = join(dirname(server.path), name);
  if (!(await isProgram(path))) throw new Error(`There is no ${name} beside ${server.path}.`);
  return { path, env: server.env };
}

async function search(env: NodeJS.ProcessEnv): Promise<RedisServer> {
  const named = env['REDIS_SERVER_BIN'];
  if (named) return serverOfEnvironment(named);
  const tried: string[] = [];
  for (const find of [serverOnPath, serverFromDebs, serverOfMemoryServer]) {
    try {
      return await find(env);
    } catch (error) {
      tried.push(reasonOf(error));
    }
  }
  throw new Error(
    `No redis-server 7.0 or newer could be found (tried: ${tried.join('; ')}): ` +
      'install Redis, or set REDIS_SERVER_BIN to the path of a redis-server.',
  );
}

async function serverOfEnvironment(path: string): Promise<RedisServer> {
  return probeServer({ path, env: {}, source: 'environment' }).catch((error: unknown) => {
    throw new Error(`REDIS_SERVER_BIN cannot be used: ${reasonOf(error)}.`);
  });
}

async function serverOnPath(env: NodeJS.ProcessEnv): Promise<RedisServer> {
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter((name) => name !== '')) {
    const path = join(folder, 'redis-server');
    if (await isProgram(path)) return probeServer({ path, env: {}, source: 'path' });
  }
  throw new Error('no redis-server on PATH');
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function serverOfMemoryServer(env: NodeJS.ProcessEnv): Promise<RedisServer> {
  try {
    // Imported only here, so that callers that never get this far do without the package, including a bundle in an
    // empty folder.
    const { RedisBinary } = await import('redis-memory-server');
    const path = await RedisBinary.getPath({ downloadDir: join(cacheFolder(env), 'redis-memory-server') });
    return await probeServer({ path, env: {}, source: 'redis-memory-server' });
  } catch (error) {
    throw new Error(`redis-memory-server failed (${reasonOf(error)})`, { cause: error });
  }
}

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { reasonOf, probeServer, type RedisServer } from './server-binary.js';

const run = promisify(execFile);
const APT_TIMEOUT_MS = 120_000;

/**
 * A redis-server from Debian's packages, unpacked into the user's cache folder and never installed: it needs no root
 * and leaves the system unchanged. Unpacked once and reused by later processes. Throws a short sentence.
 */
export async function serverFromDebs(env: NodeJS.ProcessEnv): Promise<RedisServer> {
  const folder = join(cacheFolder(env), await releaseName());
  return probeFolder(folder).catch(() =>
    unpackAnew(folder).catch((error: unknown) => {
      throw new Error(`Debian packages: ${reasonOf(error)}`, { cause: error });
    }),
  );
}

/** The user's cache folder for downloads. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'quantum-private-redis');
}

/** "debian-12-x64": machines with different libraries may share a home folder. */
async function releaseName(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const value = (name: string) => new RegExp(`^${name}="?([\\w.-]+)`, 'm').exec(release)?.[1] ?? 'unknown';
  return `${value('ID')}-${value('VERSION_ID')}-${process.arch}`;
}

async function probeFolder(folder: string): Promise<RedisServer> {
  const libraries: string[] = [];
  for (const parent of [join(folder, 'usr/lib'), join(folder, 'lib')]) {
    const names = await readdir(parent).catch(() => []);
    libraries.push(...names.filter((name) => name.includes('-linux-')).map((name) => join(parent, name)));
  }
  const inherited = process.env['LD_LIBRARY_PATH'];
  if (inherited) libraries.push(inherited);
  const env = { LD_LIBRARY_PATH: libraries.join(delimiter) };
  return probeServer({ path: join(folder, 'usr/bin/redis-server'), env, source: 'deb' });
}

/**
 * All work happens in a separate folder next to the final one, so that concurrent processes cannot disturb each other.
 */
async function unpackAnew(folder: string): Promise<RedisServer> {
  await mkdir(dirname(folder), { recursive: true });
  const fresh = await mkdtemp(`${folder}.new-`);
  const download = await mkdtemp(`${folder}.download-`);
  try {
    for (const deb of await downloadDebs(download)) await run('dpkg-deb', ['-x', deb, fresh]);
    // One program under several names: called redis-server, it is the server. The package redis-server adds only
    // services.
    await symlink('redis-check-rdb', join(fresh, 'usr/bin/redis-server'));
    await probeFolder(fresh);
    await putInPlace(fresh, folder);
    return await probeFolder(folder);
  } finally {
    for (const left of [fresh, download, brokenName(fresh)]) await rm(left, { recursive: true, force: true });
  }
}

async function putInPlace(fresh: string, folder: string): Promise<void> {
  try {
    await rename(fresh, folder);
  } catch {
    // The name is taken, by a faster process whose copy is equally good, or by a copy that does not work.
    if (await works(folder)) return;
    await rename(folder, brokenName(fresh));
    await rename(fresh, folder);
  }
}

const brokenName = (fresh: string): string => `${fresh}-broken`;

async function works(folder: string): Promise<boolean> {
  return probeFolder(folder).then(
    () => true,
    () => false,
  );
}

/** Tries the system's package lists first. If they are missing or stale, it uses lists of its own. */
async function downloadDebs(folder: string): Promise<string[]> {
  const caches = ['-o', `Dir::Cache=${join(folder, 'cache')}`];
  const lists = ['-o', `Dir::State::lists=${join(folder, 'lists')}`];
  await mkdir(join(folder, 'cache/archives/partial'), { recursive: true });
  await mkdir(join(folder, 'lists/partial'), { recursive: true });
  try {
    await downloadWith(folder, caches);
  } catch {
    await apt(folder, [...caches, ...lists, 'update']);
    await downloadWith(folder, [...caches, ...lists]);
  }
  const names = await readdir(folder);
  return names.filter((name) => name.endsWith('.deb')).map((name) => join(folder, name));
}

async function downloadWith(folder: string, options: string[]): Promise<void> {
  const plan = await apt(folder, [
    ...options,
    'install',
    '-qq',
    '-y',
    '--no-install-recommends',
    '--print-uris',
    'redis-tools',
  ]);
  // One line per missing package: 'URI' name_version_arch.deb size hash
  const missing = [...plan.matchAll(/^'[^']+' ([^_\s]+)_\S+\.deb /gm)].map((match) => match[1] ?? '');
  await apt(folder, [...options, 'download', ...new Set(['redis-tools', ...missing])]);
}

/** Runs apt-get without its sandbox user, which may not write into a user's folder. */
async function apt(cwd: string, args: string[]): Promise<string> {
  const quick = ['-o', 'APT::Sandbox::User=root', '-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=20'];
  const options = { cwd, timeout: APT_TIMEOUT_MS, env: { ...process.env, LC_ALL: 'C' } };
  const { stdout } = await run('apt-get', [...quick, ...args], options).catch((error: unknown) => {
    const { code } = error as { code?: unknown };
    throw new Error(code === 'ENOENT' ? 'there is no apt-get' : `apt-get failed (${reasonOf(error)})`);
  });
  return stdout;
}

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { downloadPackages, updateLists } from './apt.js';
import { reasonOf, probeServer, type RedisServer } from './server-binary.js';

const run = promisify(execFile);

/**
 * A redis-server from Debian's packages, unpacked into the user's cache folder and never installed: it needs no root
 * and leaves the system unchanged. Unpacked once and reused by later processes. Throws a short sentence.
 */
export async function serverFromDebs(env: NodeJS.ProcessEnv): Promise<RedisServer> {
  const folder = join(cacheFolder(env), await releaseName());
  return probeFolder(folder).catch(() =>
    makeFolder(folder, unpackPackages, probeFolder).catch((error: unknown) => {
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
 * Makes the folder by `fill`, which gets an empty one and one for downloads. All work happens beside the final folder,
 * so that concurrent processes cannot disturb each other; what `works` rejects never gets its name.
 */
export async function makeFolder<T>(
  folder: string,
  fill: (fresh: string, download: string) => Promise<void>,
  works: (folder: string) => Promise<T>,
): Promise<T> {
  await mkdir(dirname(folder), { recursive: true });
  const fresh = await mkdtemp(`${folder}.new-`);
  const download = await mkdtemp(`${folder}.download-`);
  const broken = `${fresh}-broken`;
  try {
    await fill(fresh, download);
    await works(fresh);
    await rename(fresh, folder).catch(async () => {
      // The name is taken, by a faster process whose copy is equally good, or by a copy that does not work.
      if (await works(folder).then(() => true, () => false)) return; // prettier-ignore
      await rename(folder, broken);
      await rename(fresh, folder);
    });
    return await works(folder);
  } finally {
    for (const left of [fresh, download, broken]) await rm(left, { recursive: true, force: true });
  }
}

async function unpackPackages(fresh: string, download: string): Promise<void> {
  for (const deb of await downloadDebs(download)) await unpack(deb, fresh);
  // One program under several names: called redis-server, it is the server. The package redis-server adds only
  // services.
  await symlink('redis-check-rdb', join(fresh, 'usr/bin/redis-server'));
}

export async function unpack(deb: string, folder: string): Promise<void> {
  await run('dpkg-deb', ['-x', deb, folder]);
}

/** Tries the system's package lists first. If they are missing or stale, it uses lists of its own. */
async function downloadDebs(folder: string): Promise<string[]> {
  return downloadPackages(folder, 'redis-tools', []).catch(async () =>
    downloadPackages(folder, 'redis-tools', await updateLists(folder)),
  );
}

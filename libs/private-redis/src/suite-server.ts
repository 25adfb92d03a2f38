import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadPackages, mirror, updateLists } from './apt.js';
import { cacheFolder, makeFolder, unpack } from './debian-packages.js';
import { probeServer, type RedisServer } from './server-binary.js';

/** A server as a suite of Debian ships it. */
export interface SuiteServer {
  product: 'redis' | 'valkey';
  /** "trixie", "sid" ... */
  suite: string;
}

/** Where Debian keeps the keys that its lists are signed with. */
const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * The server of another suite of Debian than this machine's, unpacked into the user's cache folder and run with the
 * suite's own C library. Its programs are named redis-server and redis-cli, whatever the product, so that its path
 * serves as REDIS_SERVER_BIN. Fetched once; a newer version in the suite does not replace it.
 * @throws Error, a short sentence, where apt or the mirror does not serve it.
 */
export async function findSuiteServer(
  { product, suite }: SuiteServer,
  env: NodeJS.ProcessEnv = process.env,
): Promise<RedisServer> {
  const folder = join(cacheFolder(env), `${suite}-${product}-${process.arch}`);
  const probe = (place: string) => probeServer({ path: join(place, 'bin/redis-server'), env: {}, source: 'deb' });
  const fill = async (fresh: string, download: string) => {
    const sources = join(download, 'sources');
    await mkdir(sources);
    await writeFile(join(sources, 'suite.list'), `deb [signed-by=${KEYS}] ${await mirror()} ${suite} main\n`);
    const only = ['-o', 'Dir::Etc::sourcelist=/dev/null', '-o', `Dir::Etc::sourceparts=${sources}`];
    // As on a machine with nothing installed: the suite's own libraries come along.
    const bare = [...(await updateLists(download, only)), '-o', 'Dir::State::status=/dev/null'];
    const debs = await downloadPackages(download, `${product}-tools`, bare, (name) => /^(lib|zlib)/.test(name));
    for (const deb of debs) await unpack(deb, fresh);
    await symlink(`${product}-check-rdb`, join(fresh, `usr/bin/${product}-server`));
    await mkdir(join(fresh, 'bin'), { recursive: true });
    for (const tool of ['server', 'cli', 'benchmark']) await writeProgram(fresh, `redis-${tool}`, `${product}-${tool}`);
  };
  return probe(folder).catch(() => makeFolder(folder, fill, probe));
}

/** Runs by the suite's loader, found from where the script itself lies: the folder is moved to its final name. */
async function writeProgram(folder: string, name: string, program: string): Promise<void> {
  const files = await readdir(folder, { recursive: true });
  const loader = files.find((file) => /(^|\/)ld-linux[^/]*\.so\.\d+$/.test(file));
  if (loader === undefined) throw new Error(`there is no loader among the packages of ${program}`);
  const libraries = files.filter((file) => /(^|\/)lib\/[^/]+-linux-[^/]+$/.test(file)).map((file) => `$here/${file}`);
  const path = join(folder, 'bin', name);
  await writeFile(
    path,
    `#!/bin/sh\nhere=$(dirname "$(dirname "$0")")\nexec "$here/${loader}" --library-path "${libraries.join(':')}" "$here/usr/bin/${program}" "$@"\n`,
  );
  await chmod(path, 0o755);
}

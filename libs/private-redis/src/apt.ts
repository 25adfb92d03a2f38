import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { reasonOf } from './server-binary.js';

const run = promisify(execFile);
const APT_TIMEOUT_MS = 120_000;

/**
 * Downloads a package, and those that apt says must be installed with it and that are wanted, into a folder. Nothing is
 * installed.
 * @returns the .deb files. @throws Error, a short sentence.
 */
export async function downloadPackages(
  folder: string,
  name: string,
  options: readonly string[],
  isWanted: (name: string) => boolean = () => true,
): Promise<string[]> {
  const all = ['-o', `Dir::Cache=${join(folder, 'cache')}`, ...options];
  await mkdir(join(folder, 'cache/archives/partial'), { recursive: true });
  const plan = await apt(folder, [...all, 'install', '-qq', '-y', '--no-install-recommends', '--print-uris', name]);
  // One line per missing package: 'URI' name_version_arch.deb size hash
  const missing = [...plan.matchAll(/^'[^']+' ([^_\s]+)_\S+\.deb /gm)].map((match) => match[1] ?? '');
  await apt(folder, [...all, 'download', ...new Set([name, ...missing.filter(isWanted)])]);
  const files = await readdir(folder);
  return files.filter((file) => file.endsWith('.deb')).map((file) => join(folder, file));
}

/** Fetches package lists into a folder of their own; the options make later calls use them. */
export async function updateLists(folder: string, options: readonly string[] = []): Promise<string[]> {
  const own = [...options, '-o', `Dir::State::lists=${join(folder, 'lists')}`];
  await mkdir(join(folder, 'lists/partial'), { recursive: true });
  await apt(folder, ['-o', `Dir::Cache=${join(folder, 'cache')}`, ...own, 'update']);
  return own;
}

/** The mirror that this machine itself installs from. @throws Error if apt has no sources. */
export async function mirror(): Promise<string> {
  const sites = await apt('/', ['indextargets', '--format', '$(SITE)', 'Created-By: Packages', 'Origin: Debian']);
  const site = sites.split('\n').find((line) => line !== '' && !line.includes('security'));
  if (site === undefined) throw new Error('apt has no sources of Debian');
  return site;
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

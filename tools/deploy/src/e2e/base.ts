import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVERS, type ServerProduct } from '@quantum/docs';

const PACKAGES = ['systemd', 'systemd-sysv', 'dbus', 'curl', 'ca-certificates'];

/** The system that is booted. */
export interface System {
  /** Of Debian: "bookworm". */
  suite: string;
  server: ServerProduct;
}

/**
 * Everything that this test leaves on a disk: the base tree, kept for the next run, and trees of runs. May be removed.
 */
const CACHE = join(tmpdir(), 'quantum-deploy-e2e');

/** Arguments of setpriv for a program whose processes and mounts end with this process, however that ends. */
export const CONTAINED = '--pdeathsig KILL unshare --pid --fork --mount --mount-proc --kill-child=KILL'.split(' ');

/** What boots a container, and the packages that bring it. */
const TOOLS = ['debootstrap', 'systemd-nspawn', 'nsenter', 'unshare', 'setpriv'];
const TOOL_PACKAGES = ['debootstrap', 'systemd-container', 'util-linux'];

const missingTools = (): string[] => TOOLS.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);

/** Why this machine cannot boot a container, if it cannot. Where root lacks a tool for it, apt installs that first. */
export function preflight(): string | undefined {
  if (process.platform !== 'linux') return 'containers with systemd need Linux';
  if (process.getuid?.() !== 0) return 'booting a container needs root';
  if (missingTools().length === 0) return undefined;
  console.log(`installing ${TOOL_PACKAGES.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...TOOL_PACKAGES],
  ]) {
    spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  const missing = missingTools();
  return missing.length === 0 ? undefined : `${missing.join(', ')} missing, and apt-get could not install it`;
}

/** The mirror that this machine itself installs from. */
function mirror(): string {
  const sites = execFileSync('apt-get', ['indextargets', '--format', '$(SITE)', 'Created-By: Packages'], {
    encoding: 'utf8',
  });
  const site = sites.split('\n').find((line) => line !== '' && !line.includes('security'));
  if (site === undefined) throw new Error('apt has no sources: no mirror to get a Debian from');
  return site;
}

/** A minimal Debian with systemd and a server, made once (about a minute). */
function baseTree({ suite, server }: System): string {
  const base = join(CACHE, `base-${suite}-${server}`);
  if (existsSync(base)) return base;
  const half = join(CACHE, `base.${process.pid}`);
  mkdirSync(CACHE, { recursive: true });
  console.log(`making a Debian (${suite}, ${server}), once`);
  try {
    const packages = [...PACKAGES, SERVERS[server].package].join(',');
    const debootstrap = ['debootstrap', '--variant=minbase', `--include=${packages}`, suite, half, mirror()];
    execFileSync('setpriv', [...CONTAINED, ...debootstrap], { stdio: ['ignore', 'ignore', 'inherit'] });
    renameSync(half, base);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
  return base;
}

/** The machine that a process of this test boots, and what nspawn may leave of it on the host. */
export const machineOf = (pid: number): string => `quantum-e2e-${pid}`;
export const leftover = (pid: number): string => join('/run/systemd/nspawn/propagate', machineOf(pid));

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

/** A tree of this run's own; what a killed run left is removed. */
export function freshTree(system: System): string {
  const base = baseTree(system);
  for (const name of readdirSync(CACHE)) {
    const pid = /^(?:run|base)\.(\d+)$/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    rmSync(join(CACHE, name), { recursive: true, force: true });
    rmSync(leftover(Number(pid)), { recursive: true, force: true });
  }
  const tree = join(CACHE, `run.${process.pid}`);
  execFileSync('cp', ['-a', '--reflink=auto', base, tree]);
  return tree;
}

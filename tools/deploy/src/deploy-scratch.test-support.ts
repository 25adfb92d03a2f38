import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { PROGRAMS } from '@quantum/service-config';
import { REPO_ROOT } from './repo-root.js';

/** What a run of the installer left: its exit code and what it wrote. */
interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** A checkout with built apps, and a host to install them on: both folders, nothing of this machine is touched. */
export interface DeployScratch {
  /** Runs deploy/install of the checkout on the scratch host. */
  install(...args: string[]): Outcome;
  /** Runs deploy/install of the checkout, in the checkout, with another `--prefix`. */
  installAt(prefix: string, ...args: string[]): Outcome;
  /** Runs the installer that the release in use brought along. */
  installed(...args: string[]): Outcome;
  /** Puts a program that prints `text` before all others of its name. */
  program(name: string, text: string): void;
  /** Puts a shell script before all programs of its name; $SCRATCH is a folder for what it notes. */
  script(name: string, body: string): void;
  /** A path in $SCRATCH. */
  path(name: string): string;
  /** Starts the installer, with the script `editor` as $EDITOR, and does not wait for its end. */
  start(...args: string[]): ChildProcess;
  /** Keeps the host as it is now; the answer puts it back. */
  keep(): () => void;
  /** Writes a file of the checkout; what the next release consists of. */
  source(path: string, content: string): void;
  /** Writes a file of the host. */
  put(path: string, content: string): void;
  read(path: string): string;
  /** Permission bits. */
  mode(path: string): number;
  /** Names in a folder of the host, hidden ones included. */
  list(path: string): string[];
  /** The release that /opt/quantum/<name> points to. */
  link(name: 'current' | 'previous'): string;
  /** Every file and link of the host by path, with content and identity: equal only if nothing was written. */
  snapshot(): Record<string, string>;
  remove(): void;
}

export function createDeployScratch(): DeployScratch {
  const root = mkdtempSync(join(tmpdir(), 'quantum-deploy-'));
  const [checkout, host, bin] = ['checkout', 'host', 'bin'].map((name) => join(root, name)) as [string, string, string];
  const write = (path: string, content: string, mode = 0o644): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { mode });
  };
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: root, EDITOR: 'true', SCRATCH: root };
  // In a session of its own: `timeout` of the installer leads a process group, and when such a group's parent is killed
  // while another test has stopped a process (SIGSTOP), the kernel sends SIGHUP to the orphaned group, which would be
  // that of jest.
  const run = (script: string, args: string[], prefix = host): Outcome => {
    const options = { encoding: 'utf8', env, cwd: checkout } as const;
    const { status, stdout, stderr } = spawnSync('setsid', ['--wait', script, ...args, '--prefix', prefix], options);
    return { code: status ?? 1, stdout, stderr };
  };

  const scratch: DeployScratch = {
    install: (...args) => run(join(checkout, 'deploy', 'install'), args),
    installAt: (prefix, ...args) => run(join(checkout, 'deploy', 'install'), args, prefix),
    installed: (...args) => run(join(host, 'opt/quantum/current/deploy/install'), args),
    program: (name, text) => {
      write(join(bin, name), `#!/bin/sh\necho '${text}'\n`, 0o755);
    },
    script: (name, body) => {
      write(join(bin, name), `#!/bin/sh\n${body}\n`, 0o755);
    },
    path: (name) => join(root, name),
    start: (...args) =>
      spawn(join(checkout, 'deploy', 'install'), [...args, '--prefix', host], {
        env: { ...env, EDITOR: 'editor' },
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    keep: () => {
      const kept = mkdtempSync(join(root, 'kept-'));
      const copy = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true };
      cpSync(host, kept, copy);
      return () => {
        rmSync(host, { recursive: true });
        cpSync(kept, host, copy);
      };
    },
    source: (path, content) => {
      write(join(checkout, path), content);
    },
    put: (path, content) => {
      write(join(host, path), content);
    },
    read: (path) => readFileSync(join(host, path), 'utf8'),
    mode: (path) => statSync(join(host, path)).mode & 0o777,
    list: (path) => readdirSync(join(host, path)).sort(),
    link: (name) => basename(readlinkSync(join(host, 'opt/quantum', name))),
    snapshot: () => snapshot(host),
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };

  mkdirSync(host);
  for (const part of ['install', 'lib', 'systemd', 'redis', 'prometheus', 'policy', 'grafana']) {
    cpSync(join(REPO_ROOT, 'deploy', part), join(checkout, 'deploy', part), { recursive: true });
  }
  scratch.source('package.json', '{\n  "name": "scratch",\n  "version": "1.0.0",\n  "private": true\n}\n');
  for (const app of PROGRAMS) scratch.source(`dist/apps/${app}/main.js`, `// ${app}, first release\n`);
  scratch.source('deploy/env/allocation-target.env', 'REDIS_HOST=localhost\nLOOP_INTERVAL_SEC=10\n');
  scratch.source('deploy/env/governor.env', 'REDIS_HOST=localhost\nAPPLY_MODE=testnet\n');
  scratch.source('deploy/env/annotator.env', 'REDIS_HOST=localhost\nGOVERNOR_ROLE=annotate\n');
  scratch.source('deploy/env/brain.env', 'REDIS_HOST=localhost\n');
  scratch.source('deploy/env/rollout.env', 'REDIS_HOST=localhost\n');
  scratch.source('deploy/env/console.env', 'REDIS_HOST=localhost\n');
  scratch.program('node', 'v20.19.0');
  scratch.program('redis-cli', 'redis_version:7.0.15');
  return scratch;
}

function snapshot(host: string, folder = ''): Record<string, string> {
  const entries = readdirSync(join(host, folder), { withFileTypes: true }).map((entry): Record<string, string> => {
    const path = join(folder, entry.name);
    const full = join(host, path);
    if (entry.isDirectory()) return snapshot(host, path);
    if (entry.isSymbolicLink()) return { [path]: `-> ${readlinkSync(full)}` };
    const { ino, mtimeMs } = statSync(full);
    return { [path]: `${ino} ${mtimeMs} ${readFileSync(full, 'utf8')}` };
  });
  return Object.assign({}, ...entries) as Record<string, string>;
}

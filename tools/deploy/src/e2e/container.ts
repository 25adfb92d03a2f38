import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { namedFor, type ServerProduct } from '@quantum/docs';
import { CONTAINED, leftover, machineOf } from './base.js';

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

const ENVIRONMENT = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'TERM=dumb'];
/** What systemd-nspawn ends with when the system inside was asked to reboot. */
const EXIT_REBOOT = 133;
const BOOT_LIMIT_MS = 60_000;

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

/**
 * A Debian with systemd, booted from a tree: processes, mounts and network of its own, loopback alone. It ends with
 * this process, however that ends: all of it lives in a PID namespace whose first process is killed with its parent.
 */
export class Container {
  readonly tree: string;
  readonly #server: ServerProduct;
  readonly #environment: Record<string, string>;
  #process: ChildProcess | undefined;
  #leader = 0;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(tree: string, server: ServerProduct, environment: Record<string, string>) {
    this.tree = tree;
    this.#server = server;
    this.#environment = environment;
  }

  async boot(): Promise<void> {
    writeFileSync(join(this.tree, 'etc', 'machine-id'), '');
    const nspawn = ['systemd-nspawn', '--directory', this.tree, '--boot', '--register=no', '--keep-unit', '--quiet'];
    const inside = [
      '--private-network',
      `--machine=${machineOf(process.pid)}`,
      `--bind-ro=${process.execPath}:/usr/bin/node`,
    ];
    const child = spawn('setpriv', [...CONTAINED, ...nspawn, ...inside, '--console=pipe'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    this.#process = child;
    this.#ended = once(child, 'exit');
    const limitMs = performance.now() + BOOT_LIMIT_MS;
    while (!(await this.#isUp(child))) {
      if (child.exitCode !== null || performance.now() > limitMs)
        throw new Error(`the container did not boot: ${said}`);
      await delay(100);
    }
  }

  /** The host's view: unshare -> systemd-nspawn -> the container's systemd. */
  async #isUp(child: ChildProcess): Promise<boolean> {
    const nspawn = child.pid === undefined ? undefined : childrenOf(child.pid)[0];
    const leader = nspawn === undefined ? undefined : childrenOf(nspawn)[0];
    if (leader === undefined) return false;
    this.#leader = leader;
    const { stdout } = await this.try('systemctl is-system-running --wait');
    return /^(running|degraded)/.test(stdout);
  }

  /** A text that uses the names of Redis, with those of the server that is installed. */
  named(text: string): string {
    return namedFor(this.#server, text);
  }

  /** Runs a line of bash as root inside; `redis-cli` is the server's own client, whatever that is called. */
  try(command: string, environment: Record<string, string> = {}): Promise<Outcome> {
    const variables = Object.entries({ ...this.#environment, ...environment }).map(
      ([name, value]) => `${name}=${value}`,
    );
    const enter = ['--all', '--target', `${this.#leader}`, '/usr/bin/env', '-i', ...ENVIRONMENT, ...variables];
    return new Promise((resolve) => {
      const options = { maxBuffer: 64 * 1024 * 1024, timeout: 180_000 };
      execFile('nsenter', [...enter, '/bin/bash', '-c', this.named(command)], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, stdout, stderr });
      });
    });
  }

  /** As `try`; what it wrote to stdout, without blanks at the end. @throws Error where it fails. */
  async run(command: string, environment: Record<string, string> = {}): Promise<string> {
    const { code, stdout, stderr } = await this.try(command, environment);
    if (code !== 0) throw new Error(`${command}\nended with ${code}:\n${stdout}${stderr}`);
    return stdout.trimEnd();
  }

  /** Reboots from inside, and waits until it is up again. */
  async reboot(): Promise<void> {
    await this.try('systemctl reboot');
    await this.#ended;
    if (this.#process?.exitCode !== EXIT_REBOOT)
      throw new Error(`it ended with ${this.#process?.exitCode}, not to reboot`);
    await this.boot();
  }

  /** Ends everything inside at once, and removes what is left of it on the host but the tree. */
  async end(): Promise<void> {
    this.#process?.kill('SIGKILL');
    await this.#ended;
    rmSync(leftover(process.pid), { recursive: true, force: true });
    // What was killed takes a moment to be gone.
    for (let attempt = 0; attempt < 20 && !removeGroups(); attempt += 1) await delay(100);
  }
}

/** nspawn leaves the control groups `payload` and `supervisor` below its own. Answers whether they are gone. */
function removeGroups(): boolean {
  const folders = readFileSync('/proc/self/cgroup', 'utf8')
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [, controllers = '', own = '/'] = line.split(':');
      const hierarchies = controllers === '' ? ['unified', ''] : [controllers.replace('name=', '')];
      return hierarchies.flatMap((name) =>
        ['payload', 'supervisor'].map((group) => join('/sys/fs/cgroup', name, own, group)),
      );
    });
  for (const folder of folders) removeTree(folder);
  return !folders.some((folder) => existsSync(folder));
}

function removeTree(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(folder, entry.name));
  }
  try {
    rmdirSync(folder);
  } catch {
    // in use
  }
}

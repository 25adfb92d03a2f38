import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A stand-in for systemd-notify and the manager behind it, which takes `seconds` for each message. */
export interface SlowManager {
  env: Record<string, string>;
  /** Messages so far, in the order in which their processes began. */
  messages: () => string[];
  /** Processes that were there at once, at most. */
  mostAtOnce: () => number;
  remove: () => void;
}

export function slowManager(seconds: number, watchdogSec: number): SlowManager {
  const dir = mkdtempSync(join(tmpdir(), 'notify-'));
  const calls = join(dir, 'calls');
  const program = join(dir, 'systemd-notify');
  writeFileSync(program, `#!/bin/sh\necho "begin $*" >> '${calls}'\nsleep ${seconds}\necho end >> '${calls}'\n`);
  chmodSync(program, 0o755);
  const lines = (): string[] => (existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : []);
  return {
    env: {
      PATH: `${dir}:${process.env['PATH'] ?? ''}`,
      NOTIFY_SOCKET: '/run/systemd/notify',
      WATCHDOG_USEC: String(watchdogSec * 1e6),
    },
    messages: () => lines().flatMap((line) => (line.startsWith('begin ') ? [line.slice('begin '.length)] : [])),
    mostAtOnce: () => {
      let now = 0;
      return Math.max(0, ...lines().map((line) => (line === 'end' ? (now -= 1) : (now += 1))));
    },
    remove: () => {
      // The last message's process may outlive the app, and write its end meanwhile.
      rmSync(dir, { recursive: true, maxRetries: 10 });
    },
  };
}

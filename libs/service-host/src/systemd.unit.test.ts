import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSystemdNotifier } from './systemd.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'notify-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

/** An environment whose only `systemd-notify` writes its arguments, a call a line, and ends with `code`. */
function underSystemd(env: Record<string, string> = {}, code = 0) {
  const calls = join(dir, 'calls');
  const program = join(dir, 'systemd-notify');
  writeFileSync(program, `#!/bin/sh\nIFS='|'\nprintf '%s\\n' "$*" >> '${calls}'\nexit ${code}\n`);
  chmodSync(program, 0o755);
  return {
    env: { PATH: dir, NOTIFY_SOCKET: '/run/systemd/notify', ...env },
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : []),
  };
}

/** Waits for a file of the stand-in, without a time of its own: the test's limit is the limit. */
async function waitUntil(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

/** As above, with a manager that takes its time: the first call ends after `release`. */
function underSlowSystemd() {
  const { env, calls } = underSystemd({ WATCHDOG_USEC: '30000000' });
  const gate = join(dir, 'gate');
  const program = join(dir, 'systemd-notify');
  execFileSync('mkfifo', [gate]);
  const script = readFileSync(program, 'utf8').replace('exit 0', `case $* in READY*) read -r _ < '${gate}';; esac`);
  writeFileSync(program, script);
  return {
    env,
    calls,
    release: () => {
      writeFileSync(gate, '\n');
    },
  };
}

/** A manager that never answers: each call would wait for ever. It notes when one is still there as the next begins. */
function underHangingSystemd() {
  const { env, calls } = underSystemd({ WATCHDOG_USEC: '30000000' });
  const [pids, overlaps, gate] = ['pids', 'overlaps', 'gate'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  execFileSync('mkfifo', [gate]);
  const program = join(dir, 'systemd-notify');
  const look = `for pid in $(cat '${pids}'); do kill -0 $pid 2>/dev/null && echo $pid >> '${overlaps}'; done`;
  const end = `[ -e '${pids}' ] && IFS=' ' && ${look}\necho $$ > '${pids}'\nread -r _ < '${gate}'`;
  writeFileSync(program, readFileSync(program, 'utf8').replace('exit 0', end));
  env['PATH'] = `${dir}:${process.env['PATH'] ?? ''}`;
  return {
    env,
    calls,
    overlaps: () => (existsSync(overlaps) ? readFileSync(overlaps, 'utf8').split('\n').length - 1 : 0),
  };
}

describe('createSystemdNotifier', () => {
  it('says what there is to say, in order', async () => {
    const { env, calls } = underSystemd();
    const notifier = createSystemdNotifier(env);
    notifier.ready('waiting');
    notifier.status('waiting');
    notifier.status('cycle 1\nof many');
    notifier.stopping();
    await notifier.settled();
    expect(calls()).toEqual(['READY=1|STATUS=waiting', 'STATUS=cycle 1 of many', 'STOPPING=1']);
  });

  it('does nothing outside of systemd', async () => {
    const { env, calls } = underSystemd({ NOTIFY_SOCKET: '', WATCHDOG_USEC: '1000000' });
    const notifier = createSystemdNotifier(env);
    notifier.ready();
    notifier.progress();
    notifier.stopping();
    await notifier.settled();
    expect(notifier.watchdogIntervalMs).toBeUndefined();
    expect(calls()).toEqual([]);
  });

  it('feeds the watchdog on progress, no more often than is of use', async () => {
    const { env, calls } = underSystemd({ WATCHDOG_USEC: '30000000', WATCHDOG_PID: String(process.pid) });
    let nowMs = 0;
    const notifier = createSystemdNotifier(env, { nowMs: () => nowMs });
    expect(notifier.watchdogIntervalMs).toBe(15_000);
    for (nowMs = 0; nowMs <= 20_000; nowMs += 500) {
      notifier.progress();
      await notifier.settled();
    }
    expect(calls()).toEqual(['WATCHDOG=1', 'WATCHDOG=1', 'WATCHDOG=1']); // at 0, 7.5 and 15 s
  });

  it('sends the watchdog first and of several statuses the newest, while a slow manager holds the message before', async () => {
    const { env, calls, release } = underSlowSystemd();
    const notifier = createSystemdNotifier(env);
    notifier.ready();
    await waitUntil(() => calls().length === 1);
    for (let i = 0; i < 100; i += 1) {
      notifier.status(`attempt ${i}`);
      notifier.progress();
    }
    notifier.stopping();
    release();
    await notifier.settled();
    expect(calls()).toEqual(['READY=1', 'WATCHDOG=1', 'STATUS=attempt 99', 'STOPPING=1']);
  });

  it('never runs two at a time, also where one is killed because the manager does not answer', async () => {
    const { env, calls, overlaps } = underHangingSystemd();
    const notifier = createSystemdNotifier(env);
    notifier.ready();
    notifier.progress();
    await notifier.settled();
    expect(calls()).toEqual(['READY=1', 'WATCHDOG=1']);
    expect(overlaps()).toBe(0);
  });

  it('reports a program that keeps failing at most once a minute', async () => {
    let nowMs = 0;
    const errors: string[] = [];
    const { env } = underSystemd({}, 3);
    const notifier = createSystemdNotifier(env, { nowMs: () => nowMs, onError: ({ message }) => errors.push(message) });
    for (nowMs = 0; nowMs <= 60_000; nowMs += 20_000) {
      notifier.status(`at ${nowMs}`);
      await notifier.settled();
    }
    expect(errors).toHaveLength(2);
  });

  it.each([
    ['no watchdog', {}],
    ['a watchdog for another process', { WATCHDOG_USEC: '1000000', WATCHDOG_PID: '1' }],
    ['an unusable period', { WATCHDOG_USEC: '0' }],
  ])('leaves progress alone with %s', async (_, watchdog) => {
    const { env, calls } = underSystemd(watchdog);
    const notifier = createSystemdNotifier(env);
    notifier.progress();
    await notifier.settled();
    expect(notifier.watchdogIntervalMs).toBeUndefined();
    expect(calls()).toEqual([]);
  });

  it('survives a program that fails, is missing or cannot be given its argument', async () => {
    const errors: string[] = [];
    const onError = (error: Error) => errors.push(error.message);
    const failing = createSystemdNotifier(underSystemd({}, 3).env, { onError });
    failing.ready();
    await failing.settled();
    const missing = createSystemdNotifier({ PATH: join(dir, 'nowhere'), NOTIFY_SOCKET: '/x' }, { onError });
    missing.ready();
    await missing.settled();
    const unnoticed = createSystemdNotifier({ PATH: join(dir, 'nowhere'), NOTIFY_SOCKET: 'a\0b' });
    unnoticed.ready();
    await unnoticed.settled();
    expect(errors).toEqual(['systemd-notify ended with 3', expect.stringContaining('ENOENT')]);
  });
});

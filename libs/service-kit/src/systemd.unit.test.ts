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
    for (nowMs = 0; nowMs <= 20_000; nowMs += 500) notifier.progress();
    await notifier.settled();
    expect(calls()).toEqual(['WATCHDOG=1', 'WATCHDOG=1', 'WATCHDOG=1']); // at 0, 7.5 and 15 s
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

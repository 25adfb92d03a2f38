import { afterEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { GOVERNOR_LIMITS_KEY, POLICY_PARAMETERS_KEY } from '@quantum/redis-schemas';
import { spawnApp, useRedis, waitFor, waitForKey } from '@quantum/testing';
import { slowManager, type SlowManager } from './notify.test-support.js';

const file = useRedis();
const BUNDLE = join(__dirname, '../../../../dist/apps/governor-plugin/main.js');

let manager: SlowManager | undefined;
afterEach(() => manager?.remove());

const levelAndMsg = (line: string): string => {
  const { level, msg } = JSON.parse(line) as { level: string; msg: string };
  return `${level} ${msg}`;
};

const pause = async (): Promise<void> => {
  file.server.pause();
  return Promise.resolve();
};
const resume = async (): Promise<void> => {
  file.server.resume();
  return Promise.resolve();
};

describe('while Redis is away', () => {
  it.each([
    ['has died', () => file.server.kill(), 40, () => file.server.restart()],
    ['hangs', pause, 2, resume],
  ])(
    'the log says so once, and systemd hears little but the watchdog, when it %s',
    async (_how, away, attempts, back) => {
      manager = slowManager(1, 8);
      const app = spawnApp(BUNDLE, { REDIS_URL: file.server.url, METRICS_PORT: '0', ...manager.env });
      const url = /http:\/\/[\d.:]+/.exec(await app.waitForLine(/metrics are served/))?.[0] ?? '';
      await app.waitForLine(/serving plans/);
      // What it writes at its start is written: an outage amid that is another matter.
      for (const key of [POLICY_PARAMETERS_KEY, GOVERNOR_LIMITS_KEY]) await waitForKey(file.redis(), key);
      const failures = async (): Promise<number> => {
        const text = await (await fetch(`${url}/metrics`)).text();
        return Number(/^p32_errors_total\{kind="redis"\} (\d+)/m.exec(text)?.[1] ?? 0);
      };
      const linesBefore = app.stdout.length;

      await away();
      await waitFor(async () => (await failures()) >= attempts, { what: 'failed attempts' });
      await back();
      // What is written every ten seconds may meet the outage, and says so itself, once (libs/policy).
      const isOfWriter = (line: string): boolean => /^warn .* were not written$/.test(line);
      const said = (): string[] =>
        app.stdout
          .slice(linesBefore)
          .map(levelAndMsg)
          .filter((line) => !isOfWriter(line));
      await waitFor(() => said().includes('info serving plans'), { what: 'the return' });
      expect(said()).toEqual(['error cannot serve plans', 'info serving plans']);
      await waitFor(() => manager?.messages().includes('STATUS=serving plans'), { what: 'the status' });

      expect(manager.mostAtOnce()).toBe(1);
      const messages = manager.messages();
      const statuses = messages.filter((message) => message !== 'WATCHDOG=1');
      expect(statuses).toEqual([
        'READY=1 STATUS=serving plans',
        expect.stringContaining('STATUS=waiting for Redis'),
        'STATUS=serving plans',
      ]);
      // Each message takes a second of the eight that the watchdog has: at most one is ahead of it.
      messages.forEach((message, i) => {
        if (message !== 'WATCHDOG=1') expect(messages[i + 1] ?? 'WATCHDOG=1').toBe('WATCHDOG=1');
      });
      expect(await app.stop()).toMatchObject({ code: 0 });
    },
  );
});

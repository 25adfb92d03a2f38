import { afterAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { GOVERNOR_LIMITS_KEY, POLICY_PARAMETERS_KEY } from '@quantum/redis-schemas';
import type { PrivateRedis } from '@quantum/private-redis';
import { spawnApp, waitFor, waitForKey, withOwnRedis } from '@quantum/testing';
import { slowManager, type SlowManager } from './notify.test-support.js';

const BUNDLE = join(__dirname, '../../../../dist/apps/governor-plugin/main.js');

const managers: SlowManager[] = [];
afterAll(() => {
  for (const manager of managers) manager.remove();
});

const levelAndMsg = (line: string): string => {
  const { level, msg } = JSON.parse(line) as { level: string; msg: string };
  return `${level} ${msg}`;
};

/** The outage, the failed attempts that it lasts for, and its end. */
interface Outage {
  away: (server: PrivateRedis) => Promise<void> | void;
  attempts: number;
  back: (server: PrivateRedis) => Promise<void> | void;
}
const DEATH: Outage = { away: (server) => server.kill(), attempts: 40, back: (server) => server.restart() };
const HANG: Outage = {
  away: (server) => {
    server.pause();
  },
  attempts: 2,
  back: (server) => {
    server.resume();
  },
};

describe('while Redis is away', () => {
  // At the same time: both mostly wait.
  it.concurrent.each([
    ['has died', DEATH],
    ['hangs', HANG],
  ])('the log says so once, and systemd hears little but the watchdog, when it %s', (_how, outage) =>
    withOwnRedis(async (redis, server) => {
      const manager = slowManager(1, 8);
      managers.push(manager);
      const app = spawnApp(BUNDLE, { REDIS_URL: server.url, METRICS_PORT: '0', ...manager.env });
      const url = /http:\/\/[\d.:]+/.exec(await app.waitForLine(/metrics are served/))?.[0] ?? '';
      await app.waitForLine(/serving plans/);
      // What it writes at its start is written: an outage during that is another matter.
      for (const key of [POLICY_PARAMETERS_KEY, GOVERNOR_LIMITS_KEY]) await waitForKey(redis, key);
      const failures = async (): Promise<number> => {
        const text = await (await fetch(`${url}/metrics`)).text();
        return Number(/^p32_errors_total\{kind="redis"\} (\d+)/m.exec(text)?.[1] ?? 0);
      };
      const linesBefore = app.stdout.length;

      await outage.away(server);
      await waitFor(async () => (await failures()) >= outage.attempts, { what: 'failed attempts' });
      await outage.back(server);
      // What is written every ten seconds may meet the outage, and says so itself, once (libs/policy).
      const isOfWriter = (line: string): boolean => /^warn .* were not written$/.test(line);
      const said = (): string[] =>
        app.stdout
          .slice(linesBefore)
          .map(levelAndMsg)
          .filter((line) => !isOfWriter(line));
      await waitFor(() => said().includes('info serving plans'), { what: 'the return' });
      expect(said()).toEqual(['error cannot serve plans', 'info serving plans']);
      await waitFor(() => manager.messages().includes('STATUS=serving plans'), { what: 'the status' });

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
    }),
  );
});

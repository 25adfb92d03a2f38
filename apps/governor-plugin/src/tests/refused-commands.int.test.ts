import { beforeEach, expect, it } from '@jest/globals';
import { groupsOf } from '@quantum/redis-io';
import { decidedKey, permitKey, STREAMS } from '@quantum/redis-schemas';
import { addPlanNow, useRedis, waitFor, waitForKey } from '@quantum/testing';
import { useServices } from './service.test-support.js';

const file = useRedis({ tcp: true });
const { redis } = file;
const start = useServices(file);

const user = (...rules: string[]) => redis().call('ACL', 'SETUSER', 'governor', ...rules);
beforeEach(() => user('on', '>secret', '~*', '&*', '+@all'));

/** How servers say that a user may not run a command, in a script too. */
const REFUSED = /NOPERM|no permission|can't run this command/;

/** The user's keys without those of permits. */
const NO_PERMITS = ['resetkeys', '~quantum:[^p]*', '~quantum:po*'];

const isDelivered = (id: string) =>
  waitFor(async () => (await groupsOf(redis(), STREAMS.plans))[0]?.lastDeliveredId === id, { what: 'the delivery' });

it.each(['xpending', 'xack', 'xinfo', 'evalsha', 'evalsha_ro', 'zadd'])(
  'a governor that may not use %s is not ready, and says why, until it may; meanwhile it reads plans and decides exits',
  async (command) => {
    const { metricsUrl } = await start({
      REDIS_URL: `redis://governor:secret@127.0.0.1:${file.server.port}`,
      GOV_CLAIM_IDLE_SEC: '0.05',
    });
    const probe = async () => {
      const answer = await fetch(`${metricsUrl}/readyz`);
      return { status: answer.status, text: await answer.text() };
    };
    await waitFor(async () => (await probe()).status === 200, { what: 'readiness' });
    await user(`-${command}`);
    await addPlanNow(redis(), 'open');
    await waitFor(async () => (await probe()).status === 503, { what: 'not ready' });
    for (let i = 0; i < 10; i += 1) {
      await isDelivered(await addPlanNow(redis(), `exit${i}`, { symbol: `S${i}`, action: 'FULL_CLOSE_PROPOSED' }));
      if (!command.startsWith('evalsha')) await waitForKey(redis(), decidedKey(`exit${i}`)); // which decides
      expect(await probe()).toEqual({ status: 503, text: expect.stringMatching(REFUSED) });
    }
    await user('+@all');
    for (const planId of ['open', 'exit0', 'exit9']) await waitForKey(redis(), permitKey(planId));
    await waitFor(async () => (await probe()).status === 200, { what: 'readiness again' });
  },
);

it('a governor that may not write permits is not ready, and leaves exits pending for as long', async () => {
  const { metricsUrl } = await start({
    REDIS_URL: `redis://governor:secret@127.0.0.1:${file.server.port}`,
    GOV_CLAIM_IDLE_SEC: '0.05',
  });
  const statusOf = async () => (await fetch(`${metricsUrl}/readyz`)).status;
  const unanswered = async () => {
    const text = await (await fetch(`${metricsUrl}/metrics`)).text();
    return Number(/^p32_errors_total\{kind="unanswered"\} (\d+)$/m.exec(text)?.[1]);
  };
  await waitFor(async () => (await statusOf()) === 200, { what: 'readiness' });
  await user(...NO_PERMITS);
  await addPlanNow(redis(), 'exit', { action: 'FULL_CLOSE_PROPOSED' });
  await waitFor(async () => (await unanswered()) > 6, { what: 'more attempts than a dead letter takes' });
  expect(await statusOf()).toBe(503);
  expect(await redis().xlen(STREAMS.deadletter)).toBe(0);
  await user('~*');
  await waitForKey(redis(), permitKey('exit'));
  await waitFor(async () => (await statusOf()) === 200, { what: 'readiness again' });
});

import { expect, it } from '@jest/globals';
import { groupsOf } from '@quantum/redis-io';
import { decidedKey, permitKey, STREAMS } from '@quantum/redis-schemas';
import { addPlanNow, useRedis, waitFor, waitForKey } from '@quantum/testing';
import { useServices } from './service.test-support.js';

const file = useRedis({ tcp: true });
const { redis } = file;
const start = useServices(file);

const setUser = (name: string, ...rules: string[]) => redis().call('ACL', 'SETUSER', name, ...rules);
const ALL = ['on', '>secret', '~*', '&*', '+@all'];
const urlOf = (name: string, db = 0) => `redis://${name}:secret@127.0.0.1:${file.server.port}/${db}`;

/** How servers say that a user may not run a command, in a script too. */
const REFUSED = /NOPERM|no permission|can't run this command/;

/** The user's keys without those of permits. */
const NO_PERMITS = ['resetkeys', '~quantum:[^p]*', '~quantum:po*'];

/** A governor that may not use a command, by a user and in a database of its own. */
async function refuse(command: string, db: number): Promise<void> {
  const client = await file.connect({ db });
  const name = `governor-${command}`;
  await setUser(name, ...ALL);
  const { metricsUrl } = await start({ REDIS_URL: urlOf(name, db), GOV_CLAIM_IDLE_SEC: '0.05' }, client);
  const what = (what: string) => ({ what: `${what}, with ${command}` });
  const probe = async () => {
    const answer = await fetch(`${metricsUrl}/readyz`);
    return { command, status: answer.status, text: await answer.text() };
  };
  const isDelivered = async (id: string): Promise<boolean> =>
    (await groupsOf(client, STREAMS.plans))[0]?.lastDeliveredId === id;
  await waitFor(async () => (await probe()).status === 200, what('readiness'));
  await setUser(name, `-${command}`);
  await addPlanNow(client, 'open');
  await waitFor(async () => (await probe()).status === 503, what('not ready'));
  for (let i = 0; i < 10; i += 1) {
    const id = await addPlanNow(client, `exit${i}`, { symbol: `S${i}`, action: 'FULL_CLOSE_PROPOSED' });
    await waitFor(() => isDelivered(id), what('the delivery'));
    if (!command.startsWith('evalsha')) await waitForKey(client, decidedKey(`exit${i}`)); // which decides
    expect(await probe()).toEqual({ command, status: 503, text: expect.stringMatching(REFUSED) });
  }
  await setUser(name, '+@all');
  for (const planId of ['open', 'exit0', 'exit9']) await waitForKey(client, permitKey(planId));
  await waitFor(async () => (await probe()).status === 200, what('readiness again'));
}

it('a governor that may not use a command is not ready, and says why, until it may; meanwhile it reads plans and decides exits', async () => {
  // At once: each waits for claims, which are seconds apart.
  const commands = ['xpending', 'xack', 'xinfo', 'evalsha', 'evalsha_ro', 'zadd', 'xrange'];
  await Promise.all(commands.map((command, i) => refuse(command, i + 1)));
});

it('a governor that may not write permits is not ready, and leaves exits pending for as long', async () => {
  const user = (...rules: string[]) => setUser('governor', ...rules);
  await user(...ALL);
  const { metricsUrl } = await start({ REDIS_URL: urlOf('governor'), GOV_CLAIM_IDLE_SEC: '0.05' });
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

import { afterEach, expect, it } from '@jest/globals';
import { startPrivateCluster } from '@quantum/private-redis';
import { connectedClient, waitFor } from '@quantum/testing';
import {
  connectRedis,
  mastersOf,
  mayHaveRun,
  runBatch,
  scanKeys,
  SlotDownError,
  untilReady,
  type Command,
} from './index.js';

/** What is to be stopped, the last first. */
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

it('takes a master for down that runs a script for long: it costs its own keys alone', async () => {
  const cluster = await startPrivateCluster({
    config: { 'busy-reply-threshold': '1', 'cluster-node-timeout': '15000' },
  });
  ends.push(() => cluster.stop());
  const redis = connectRedis({ url: cluster.url, host: '', port: 0, db: 0 }, 'test');
  ends.push(() => {
    redis.disconnect();
  });
  await untilReady(redis);
  const keys = Array.from({ length: 30 }, (_, i) => `k${i}`);
  await runBatch(redis, keys.map((key): Command => ['set', key, 'x'])); // prettier-ignore
  await Promise.all(mastersOf(redis).map((master) => master.ping()));
  const owners = await Promise.all(keys.map((key) => cluster.ownerOf(key)));

  const other = await connectedClient(`redis://127.0.0.1:${cluster.masters[0]?.port ?? 0}`);
  const script = other.eval('while true do end', 0).catch((error: unknown) => (error as Error).message);
  ends.push(() => {
    other.disconnect();
  });
  const busy = mastersOf(redis).find(({ options: { port } }) => port === cluster.masters[0]?.port);
  await waitFor(async () => (await busy?.ping().catch((e: unknown) => (e as Error).message))?.startsWith('BUSY'), {
    what: 'the master to be busy',
  });

  const replies = await runBatch(redis, keys.map((key): Command => ['get', key])); // prettier-ignore
  expect(replies.map((reply) => !reply.ok && reply.error instanceof SlotDownError)).toEqual(
    owners.map((at) => at === 0),
  );
  // A refusal is an answer: an operator must not read that a switch may be on.
  const [refused] = await runBatch(redis, [['set', keys[owners.indexOf(0)] ?? '', 'y']]);
  expect(refused).toMatchObject({ ok: false, error: { message: expect.stringContaining('BUSY') } });
  expect(mayHaveRun(refused?.ok === false && refused.error)).toBe(false);
  const found: string[] = [];
  const scan = (async () => {
    for await (const key of scanKeys(redis, 'k*', 100)) found.push(key.toString());
  })();
  await expect(scan).rejects.toThrow(SlotDownError);
  expect(found.sort()).toEqual(keys.filter((_, i) => owners[i] !== 0).sort());

  await busy?.script('KILL');
  expect(await script).toContain('killed');
  const again = await runBatch(redis, keys.map((key): Command => ['get', key])); // prettier-ignore
  expect(again).toEqual(keys.map(() => ({ ok: true, value: 'x' })));
});

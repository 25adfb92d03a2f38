import { describe, expect, it } from '@jest/globals';
import { ROLLOUT_EPOCH_KEY, ROLLOUT_STATE_KEY } from '@quantum/redis-schemas';
import { startPrivateRedis } from '@quantum/private-redis';
import { spawnApp, urlFor, waitFor } from '@quantum/testing';
import { MAIN, useRollout } from './deployed.test-support.js';

const test = useRollout();

describe('kill', () => {
  it('needs the epoch alone: no state, no rollout', async () => {
    const { code, out } = await test.as('ben', 'kill');
    expect([code, out]).toEqual([0, expect.stringMatching(/^KILLED: the epoch is 1\.\nNo replica is connected/)]);
    await test.redis.set(ROLLOUT_STATE_KEY, 'no hash');
    expect(await test.as('ben', 'kill')).toMatchObject({ code: 0, out: expect.stringContaining('the epoch is 2.') });
  });

  it('never leaves the epoch of the running rollout', async () => {
    await test.rollout.enforce();
    await test.redis.set(ROLLOUT_EPOCH_KEY, 999); // another master took over without the last INCR
    expect(await test.as('ben', 'kill')).toMatchObject({ code: 0, out: expect.stringContaining('KILLED: the epoch is 1001, the rollout runs under 1000.') }); // prettier-ignore
  });

  it('says what replicas have not confirmed', async () => {
    const { code, out } = await test.as('ben', 'kill', '--replicas', '1', '--timeout', '1');
    expect([code, out]).toEqual([1, expect.stringMatching(/NOT CONFIRMED: the epoch is \d+, and 1 replica did not confirm it within 1000 ms\.\n/)]); // prettier-ignore
    expect(Number(await test.redis.get(ROLLOUT_EPOCH_KEY))).toBeGreaterThan(0);
    const machine = await test.as('ben', 'kill', '--replicas', '1', '--timeout', '2', '--json');
    expect([machine.code, machine.err]).toEqual([1, expect.stringContaining('trying again')]);
    expect(JSON.parse(machine.out)).toMatchObject({ result: 'not_confirmed', replicas: 1, user: 'ben' });
  });

  it('is confirmed once the replica has it', async () => {
    const replica = await startPrivateRedis({ config: { replicaof: `127.0.0.1 ${test.server.port}` } });
    try {
      await waitFor(async () => (await test.redis.info('replication')).includes('state=online'), { what: 'a replica' });
      expect(await test.as('ben', 'kill')).toMatchObject({
        code: 0,
        out: expect.stringContaining('\nConfirmed by 1 replica.\n'),
      });
      replica.pause();
      const app = spawnApp(MAIN, {}, ['rollout', 'kill', '--redis', urlFor(test.server, 'ben')]);
      await app.waitForLine(/^the epoch is 2, and 1 replica did not confirm it within 1000 ms; trying again$/);
      replica.resume();
      expect(await app.exit).toMatchObject({ code: 0 });
      expect(app.stdout).toContain('Confirmed by 1 replica.');
    } finally {
      await replica.stop();
    }
  });

  it('ends at once where the key is no number or not ours', async () => {
    await test.redis.hset(ROLLOUT_EPOCH_KEY, 'a', 'b');
    expect(await test.as('ben', 'kill')).toMatchObject({
      code: 1,
      out: expect.stringContaining('NOT APPLIED: WRONGTYPE'),
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import { ROLLOUT_AUDIT_STREAM, ROLLOUT_EPOCH_KEY, ROLLOUT_STATE_KEY, STREAMS } from '@quantum/redis-schemas';
import { spawnApp, urlFor } from '@quantum/testing';
import { MAIN, useRollout } from './deployed.test-support.js';
import { HASH } from './rollout.test-support.js';

const test = useRollout();

describe('the audit', () => {
  it('is not whole once an entry is gone from its end', async () => {
    expect(await test.as('ben', 'audit', '--verify')).toMatchObject({
      code: 0,
      out: expect.stringContaining('0 entries'),
    });
    test.rollout.start();
    for (const name of ['hold', 'rollback', 'hold']) await test.as('ben', name);
    const ids = (await test.redis.xrange(ROLLOUT_AUDIT_STREAM, '-', '+')).map(([id]) => id);
    await test.redis.xdel(ROLLOUT_AUDIT_STREAM, ids[2]!);
    expect(await test.as('ben', 'audit', '--verify')).toMatchObject({ code: 1, out: `THE AUDIT IS NOT WHOLE at ${ids[2]}: it was removed from the end.` }); // prettier-ignore
    await test.redis.xdel(ROLLOUT_AUDIT_STREAM, ids[0]!);
    expect(await test.as('ben', 'audit', '--verify')).toMatchObject({ code: 1, out: expect.stringContaining(`NOT WHOLE at ${ids[1]}: it does not follow`) }); // prettier-ignore
    await test.redis.del(ROLLOUT_AUDIT_STREAM);
    await test.rollout.store();
    expect(await test.as('ben', 'audit', '--verify')).toMatchObject({
      code: 1,
      out: expect.stringContaining('it is gone'),
    });
  });
});

describe('the evidence', () => {
  it('is shown with what decides', async () => {
    expect(await test.as('ben', 'evidence')).toMatchObject({ code: 0, out: 'There is no evidence yet.' });
    const common = ['plan', HASH, 'start', '1763384400'];
    await test.redis.xadd(STREAMS.rolloutEvidence, '1763384700000-0', 'kind', 'period', ...common, 'advantage_bps', '0.12345678', 'symbols', '2'); // prettier-ignore
    await test.redis.xadd(STREAMS.rolloutEvidence, '1763388000000-0', 'kind', 'hour', ...common, 'advantage_bps', '', 'e_harm', '1.5'); // prettier-ignore
    await test.redis.xadd(STREAMS.rolloutEvidence, '1763388001000-0', 'kind', 'decision', 'plan', HASH);
    const [, period, hour, decision] = (await test.as('ben', 'evidence')).out.split('\n');
    expect(period).toMatch(/^2025-11-17 13:00:00 UTC +period +f2efa5139a61 +0\.123457 +2 +- +- +- +1763384700000-0$/);
    expect(hour).toMatch(/^2025-11-17 13:00:00 UTC +hour +f2efa5139a61 +- +- +1\.5 +- +- +1763388000000-0$/);
    expect(decision).toMatch(/^2025-11-17 14:00:01 UTC +decision +f2efa5139a61 /);
    const [json = ''] = (await test.as('ben', 'evidence', '-n', '2', '--json')).out.split('\n');
    expect(JSON.parse(json)).toMatchObject({ id: '1763388000000-0', kind: 'hour', e_harm: '1.5' });
  });
});

describe('status', () => {
  it('shows what is in force and what comes next, also for machines', async () => {
    await test.rollout.enforce({ bakedSec: 1800, bakedPeriods: 5 });
    const { code, out } = await test.as('ben', 'status');
    expect(code).toBe(0);
    expect(out).toMatch(/^rollout {4}baking, stage 1 of 2 \(pilot\), blend 0\.2, since .* UTC$/m);
    expect(out).toMatch(/^baked {6}0\.5 of 1 h, 5 of 10 periods, requires none$/m);
    expect(out).toMatch(/^next {7}stage full \(2 symbols, blend 1, down_only\): needs 2 approvals, given by nobody$/m);
    expect(out).toMatch(/^published {2}2 multipliers, gone in \d+ s unless renewed$/m);
    const json = JSON.parse((await test.as('ben', 'status', '--json')).out) as object;
    expect(json).toMatchObject({ state: { name: 'baking' }, epoch: 1000, problems: [], plans: { [HASH]: { name: 'majors' } } });
  }); // prettier-ignore

  it('calls for a person where the state is unreadable, foreign or old', async () => {
    await test.rollout.enforce();
    await test.redis.hset(ROLLOUT_STATE_KEY, 'cycle', '1763386800');
    await test.redis.incr(ROLLOUT_EPOCH_KEY);
    const { code, out } = await test.as('ben', 'status');
    expect([code, out]).toEqual([1, expect.stringMatching(/^PROBLEM {4}The epoch is 1001, and the rollout runs under 1000/m)]); // prettier-ignore
    expect(out).toMatch(/^PROBLEM {4}The last cycle was .* ago: target-rollout does not run\.$/m);
    await test.redis.hset(ROLLOUT_STATE_KEY, 'state', '{}');
    expect(await test.as('ben', 'status')).toMatchObject({ code: 1, out: expect.stringContaining('The state cannot be read') }); // prettier-ignore
  });

  it('names the key that it cannot read', async () => {
    await test.redis.set(ROLLOUT_STATE_KEY, 'x');
    expect(await test.as('ben', 'status')).toMatchObject({ code: 1, err: `Could not run: HMGET ${ROLLOUT_STATE_KEY}: WRONGTYPE Operation against a key holding the wrong kind of value` }); // prettier-ignore
  });

  it('is shown again and again until it is stopped', async () => {
    await test.rollout.enforce();
    const app = spawnApp(MAIN, {}, ['rollout', 'status', '--watch', '--redis', urlFor(test.server, 'ben')]);
    await app.waitForLine(/^rollout {4}baking/);
    await test.rollout.enforce({ name: 'holding' });
    await app.waitForLine(/^rollout {4}holding/);
    expect(await app.stop('SIGINT')).toMatchObject({ code: 0 });
  });
});

import { describe, expect, it } from '@jest/globals';
import {
  operatorAuditStream,
  ROLLOUT_AUDIT_STREAM,
  ROLLOUT_STATE_KEY,
  rolloutCommandStream,
  STREAMS,
} from '@quantum/redis-schemas';
import { connectedClient, spawnApp, urlFor } from '@quantum/testing';
import { MAIN, run, usePlans, useRollout } from './deployed.test-support.js';
import { HASH } from './rollout.test-support.js';

const test = useRollout();
const plan = usePlans();

describe('a plan', () => {
  it('is submitted by one operator, approved by another, started, held and rolled back', async () => {
    test.rollout.start();
    expect(await test.as('ana', 'submit', plan(), '--reason', 'first try')).toMatchObject({ code: 0, out: `submit accepted (plan=${HASH}). The rollout stays off.` }); // prettier-ignore
    expect(await test.as('ana', 'start', HASH, '--yes', HASH)).toMatchObject({ code: 1, out: `Not sent: stage pilot needs 1 approval first: rollout approve ${HASH} pilot` }); // prettier-ignore
    expect(await test.as('ana', 'approve', HASH, 'pilot', '--yes', HASH)).toMatchObject({ code: 1, out: 'approve refused, own_plan: the proposer of a plan does not approve it. The rollout is off.' }); // prettier-ignore
    expect(await test.as('ben', 'approve', HASH, 'pilot', '--yes', HASH)).toMatchObject({ code: 0 });
    expect(await test.as('ana', 'start', HASH, '--yes', HASH)).toMatchObject({ code: 0, out: `start accepted (plan=${HASH} epoch=none). off -> baking, stage 1 of 2 (pilot), blend 0.` }); // prettier-ignore
    expect(await test.as('ben', 'hold', '--reason', 'prices')).toMatchObject({ code: 0, out: 'hold accepted. baking, stage 1 of 2 (pilot), blend 0 -> holding by command, stage 1 of 2 (pilot), blend 0.' }); // prettier-ignore
    expect(await test.as('ben', 'retry', '--yes', HASH)).toMatchObject({ code: 1, out: expect.stringMatching(/^retry refused, not_possible: .*\. The rollout is holding by command, /) }); // prettier-ignore
    expect(await test.as('ana', 'resume', '--yes', HASH)).toMatchObject({ code: 0, out: expect.stringContaining('seen=holding_command') }); // prettier-ignore
    expect(await test.as('ben', 'exclude', 'ETHUSDT', 'TYPO')).toMatchObject({ code: 0, out: expect.stringMatching(/^exclude accepted \(symbols=ETHUSDT,TYPO\)\. .*\nNo plan has TYPO\.$/) }); // prettier-ignore
    expect(await test.as('ben', 'reduce-only')).toMatchObject({ code: 0 });
    expect(await test.as('ben', 'rollback')).toMatchObject({ code: 0, out: expect.stringMatching(/-> rolled_back\./) });
    expect(await test.as('ben', 'revoke', HASH)).toMatchObject({ code: 0 });

    const status = await test.as('ana', 'status');
    expect(status.code).toBe(1);
    expect(status.out).toMatch(/^rollout {4}rolled_back, since /m);
    expect(status.out).toMatch(/^excluded {3}ETHUSDT$/m);
    expect(status.out).toMatch(/^PROBLEM {4}It was rolled back\./m);
    const audit = await test.as('ana', 'audit');
    expect(audit.out.split('\n')).toHaveLength(12);
    expect(audit.out).toMatch(/ ana +approve +off +refused: own_plan; plan=[0-9a-f]{12} stage=pilot evidence=0-0/); // prettier-ignore
    expect(audit.out).toMatch(/ ben +hold +baking -> holding +prices/);
    expect(await test.as('ben', 'audit', '--verify')).toMatchObject({ code: 0, out: expect.stringMatching(/^The audit is whole: 11 entries/) }); // prettier-ignore
  });

  it('needs the approvals of its later stages anew after a rollback', async () => {
    await test.rollout.enforce({ name: 'ready' });
    test.rollout.start();
    for (const stage of ['pilot', 'full']) await test.as('ben', 'approve', HASH, stage, '--yes', HASH);
    expect((await test.as('ana', 'status')).out).toMatch(/pilot approved, full needs 2 \(ben\)$/m);
    expect(await test.as('ben', 'rollback')).toMatchObject({ code: 0 });
    expect((await test.as('ana', 'status')).out).toMatch(/pilot approved, full needs 2 \(nobody\)$/m);
  });

  it('shows no approval of a user whom the rollout does not list', async () => {
    await test.rollout.enforce({ name: 'ready' });
    test.rollout.start();
    await test.as('ben', 'approve', HASH, 'pilot', '--yes', HASH);
    test.rollout.users = ['ana'];
    await test.rollout.store();
    expect((await test.as('ana', 'status')).out).toMatch(/pilot needs 1 \(nobody\), full needs 2 \(nobody\)$/m);
  });

  it('has no age of a cycle where the time of the last one is no number', async () => {
    await test.rollout.enforce();
    await test.redis.hset(ROLLOUT_STATE_KEY, 'cycle', 'soon');
    const { code, out } = await test.as('ana', 'status');
    expect([code, out]).toEqual([1, expect.stringMatching(/^cycle {6}none yet$[^]*The last cycle was never/m)]);
  });

  it('is approved with the last entry of the evidence, or the one that is named', async () => {
    await test.rollout.enforce();
    const approvals = () => test.rollout.desk.approvals.filter(({ stage }) => stage === 'full');
    test.rollout.start();
    await test.redis.xadd(STREAMS.rolloutEvidence, '1763386800000-0', 'kind', 'hour');
    await test.redis.xadd(STREAMS.rolloutEvidence, '1763390400000-0', 'kind', 'hour');
    expect(await test.as('ben', 'approve', HASH, 'full', '--yes', HASH)).toMatchObject({ code: 0 });
    expect(approvals()).toMatchObject([{ user: 'ben', evidence: '1763390400000-0' }]);
    expect(await test.as('ben', 'approve', HASH, 'full', '--yes', HASH, '--evidence', '1763386800000-0')).toMatchObject({ code: 0 });
    expect(approvals()).toMatchObject([{ user: 'ben', evidence: '1763386800000-0' }]);
    expect(await test.as('ben', 'approve', HASH, 'full', '--yes', HASH, '--evidence', '1-1')).toMatchObject({ code: 1 });
    expect(await test.as('ben', 'approve', HASH, 'third', '--yes', HASH)).toMatchObject({ code: 1, out: 'Not sent: the plan has no stage third. It has: pilot, full.' }); // prettier-ignore
    expect(await test.as('ben', 'approve', 'f'.repeat(12), 'full', '--yes', HASH)).toMatchObject({ code: 1, out: expect.stringContaining(`Known: ${HASH} (majors).`) }); // prettier-ignore
  }); // prettier-ignore
});

describe('what raises risk', () => {
  it.each([['start', HASH], ['approve', HASH, 'full'], ['resume'], ['retry'], ['clear']])('asks: %s', async (...args) => {
    await test.rollout.enforce();
    test.rollout.desk = { ...test.rollout.desk, approvals: [{ plan: HASH, stage: 'pilot', user: 'ben', atSec: 1, evidence: '0-0' }] };
    await test.rollout.store();
    const { code, err } = await test.as('ben', ...args);
    expect([code, err]).toEqual([2, `Could not run: this raises risk and asks first. Without a terminal it needs --yes ${HASH}`]);
    expect(await test.redis.exists(rolloutCommandStream('ben'))).toBe(0);
  }); // prettier-ignore

  it('takes the hash of no other plan', async () => {
    await test.rollout.enforce();
    const { code, err } = await test.as('ben', 'resume', '--yes', 'f'.repeat(12));
    expect([code, err]).toEqual([2, `Could not run: --yes is "ffffffffffff", and must be ${HASH}`]);
    expect(await test.redis.exists(rolloutCommandStream('ben'))).toBe(0);
  });

  it('asks for the name of the command where no plan runs', async () => {
    expect(await test.as('ben', 'clear')).toMatchObject({ code: 2, err: expect.stringContaining('needs --yes clear') });
    expect(await test.as('ben', 'clear', '--yes', HASH)).toMatchObject({ code: 2 });
    expect(await test.redis.exists(rolloutCommandStream('ben'))).toBe(0);
  });
});

describe('with --json', () => {
  const json = async (user: 'ana' | 'ben', ...args: string[]) => {
    const { code, out } = await test.as(user, ...args, '--json');
    return { code, ...(JSON.parse(out) as object) };
  };

  it('a command says what it did, by whom, and where that is audited', async () => {
    await test.rollout.enforce();
    test.rollout.start();
    const held = await json('ben', 'hold', '--reason', 'prices');
    const last = await test.redis.xrevrange(ROLLOUT_AUDIT_STREAM, '+', '-', 'COUNT', 1);
    expect(held).toMatchObject({ code: 0, command: 'hold', result: 'accepted', user: 'ben', audit: last[0]![0], plan: HASH, before: { name: 'baking' }, state: { name: 'holding', plan: HASH } }); // prettier-ignore
    expect(await json('ana', 'approve', HASH, 'full', '--yes', HASH)).toMatchObject({ code: 1, command: 'approve', result: 'refused', refusal: 'own_plan', user: 'ana', plan: HASH, stage: 'full', state: { name: 'holding' } }); // prettier-ignore
    expect(await json('ben', 'approve', HASH, 'third', '--yes', HASH)).toEqual({ code: 1, command: 'approve', result: 'not_sent', why: 'the plan has no stage third. It has: pilot, full.', user: 'ben' }); // prettier-ignore
    const killed = await json('ben', 'kill', '--reason', 'fire');
    const [[id, fields] = ['', []]] = await test.redis.xrange(operatorAuditStream('ben'), '-', '+');
    expect(killed).toEqual({ code: 0, command: 'kill', result: 'killed', epoch: 1001, stateEpoch: 1000, replicas: 0, user: 'ben', audit: id }); // prettier-ignore
    expect(fields.slice(2)).toEqual(['action', 'rollout kill', 'reason', 'fire', 'before', 'quantum:rollout:epoch=1000', 'after', 'quantum:rollout:epoch=1001']); // prettier-ignore
  });

  it('a command says why it was not applied', async () => {
    await test.rollout.enforce();
    await test.redis.config('SET', 'maxmemory', '1');
    expect(await json('ben', 'rollback', '--timeout', '1')).toMatchObject({ code: 1, command: 'rollback', result: 'not_applied', user: 'ben', why: expect.stringContaining('OOM'), publishedForSec: expect.any(Number) }); // prettier-ignore
    expect(await json('ben', 'kill', '--timeout', '1')).toMatchObject({ code: 1, result: 'not_applied' });
  });
});

describe('a command that is not applied', () => {
  const EXPIRY =
    /\nMultipliers expire at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, in \d+ s, unless the rollout renews them\.$/;

  it('says when multipliers expire, where Redis refuses writes', async () => {
    await test.rollout.enforce();
    await test.redis.config('SET', 'maxmemory', '1');
    const { code, out } = await test.as('ben', 'rollback', '--timeout', '1');
    expect([code, out]).toEqual([1, expect.stringMatching(/^NOT APPLIED: Redis refuses rollback: OOM /)]);
    expect(out).toMatch(EXPIRY);
    const killed = await test.as('ben', 'kill', '--timeout', '1');
    expect([killed.code, killed.out]).toEqual([1, expect.stringMatching(/NOT APPLIED: OOM /)]);
    expect(killed.out).toMatch(EXPIRY);
  });

  it('is tried again until Redis takes it, if it lowers risk', async () => {
    await test.rollout.enforce();
    test.rollout.start();
    await test.redis.config('SET', 'maxmemory', '1');
    const app = spawnApp(MAIN, {}, ['rollout', 'kill', '--redis', urlFor(test.server, 'ben')]);
    await app.waitForLine(/^OOM .*trying again$/);
    await test.redis.config('SET', 'maxmemory', '0');
    expect(await app.exit).toMatchObject({ code: 0 });
    expect(app.stdout).toContain('KILLED: the epoch is 1001, the rollout runs under 1000.');
  });

  it('stays in the stream where no rollout answers', async () => {
    await test.rollout.enforce();
    const { code, out } = await test.as('ben', 'hold', '--timeout', '1');
    expect([code, out]).toEqual([1, expect.stringContaining('NOT APPLIED: hold is in the stream of ben, and the rollout has not answered in 1 s.')]); // prettier-ignore
    expect(out).toMatch(EXPIRY);
    expect(await test.redis.xlen(rolloutCommandStream('ben'))).toBe(1);
  });

  it.each([['rollback'], ['kill']])('%s says so where there is no Redis', async (name) => {
    const { code, out } = await run('redis://127.0.0.1:1', name);
    expect([code, out]).toEqual([3, expect.stringMatching(/^NOT APPLIED: Redis at .* cannot be used: .*\nMultipliers expire at the latest 60 s after the last cycle/)]); // prettier-ignore
  });

  it('cannot go into the stream of another operator', async () => {
    const ana = await connectedClient(urlFor(test.server, 'ana'));
    await expect(ana.xadd(rolloutCommandStream('ben'), '*', 'command', 'hold')).rejects.toThrow(/^NOPERM/);
    ana.disconnect();
    expect(await test.as('quantum-recorder', 'hold')).toMatchObject({
      code: 1,
      err: expect.stringContaining('NOPERM'),
    });
  });

  it('is refused for a name of a user that no rollout can list', async () => {
    await test.redis.acl('SETUSER', 'Eve', 'on', '>password', '+@all', '~*');
    const { code, err } = await run(test.server.url.replace('://', '://Eve:password@'), 'hold');
    expect([code, err]).toEqual([2, expect.stringContaining('the Redis user "Eve" cannot give commands')]);
    await test.redis.acl('DELUSER', 'Eve');
  });
});

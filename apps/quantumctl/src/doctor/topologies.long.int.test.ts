import { afterEach, describe, expect, it } from '@jest/globals';
import { startPrivateCluster, startPrivateSentinel, type PrivateCluster } from '@quantum/private-redis';
import { connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import {
  disarmKey,
  KILL_KEY,
  operatorAuditStream,
  ROLLOUT_EPOCH_KEY,
  STREAMS,
  targetKey,
  utcDate,
} from '@quantum/redis-schemas';
import { spawnApp } from '@quantum/testing';
import { MAIN } from '../deployed.test-support.js';

/** What is to be stopped, the last first. */
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Runs the built program to its end. */
async function quantumctl(url: string, ...words: string[]) {
  const app = spawnApp(MAIN, {}, [...words, '--redis', url]);
  const { code } = await app.exit;
  return { code, out: app.stdout.join('\n'), err: app.stderr.join('\n') };
}

async function clientOf(url: string): Promise<Redis> {
  const redis = connectRedis({ url, host: '', port: 0, db: 0 }, 'test');
  ends.push(() => {
    redis.disconnect();
  });
  await untilReady(redis);
  return redis;
}

/** A platform with a negative target, a score in numpy's notation, and a latch that is set. */
async function someFindings(redis: Redis): Promise<void> {
  const nowSec = Date.now() / 1000;
  const at = String(Math.floor(nowSec));
  for (const symbol of ['AAA', 'BBB', 'CCC', 'DDD']) {
    await redis.hset(targetKey(symbol), 'target_usd', symbol === 'BBB' ? '-5' : '1000', 'confidence', '0.9', 'timestamp', at, 'mode', 'shadow'); // prettier-ignore
    await redis.expire(targetKey(symbol), 300);
    const score = symbol === 'CCC' ? 'np.float64(0.31)' : '0.5';
    await redis.hset(`quantum:capital:efficiency:${symbol}`, 'efficiency_score', score, 'confidence', '0.9', 'ts', at);
    await redis.expire(`quantum:capital:efficiency:${symbol}`, 600);
  }
  await redis.set(disarmKey(utcDate(nowSec)), '{"reason":"burst_rate"}', 'EX', 7200);
  await redis.xgroup('CREATE', STREAMS.plans, 'governor', '$', 'MKSTREAM');
}

describe.each([
  ['a Cluster', () => startPrivateCluster(), 3],
  ['Sentinel', () => startPrivateSentinel(), 1],
] as const)('on %s', (_, start, masters) => {
  it('doctor finds what is wrong, and the switches are audited where status shows it', async () => {
    const bed = await start();
    ends.push(() => bed.stop());
    const redis = await clientOf(bed.url);
    await someFindings(redis);
    const { code, out, err } = await quantumctl(bed.url, 'doctor', '--json');
    expect([code, err]).toEqual([1, '']);
    const { findings, servers, unread } = JSON.parse(out) as { findings: { check: string; key: string }[]; servers: unknown[]; unread: unknown[] }; // prettier-ignore
    expect(servers).toHaveLength(masters);
    expect(unread).toEqual([]);
    const found = findings.map(({ check, key }) => `${check} ${key}`);
    for (const one of [/^switches quantum:governor:disarm:/, /^not-a-number quantum:capital:efficiency:CCC/, /^negative-targets quantum:allocation:target:BBB/]) {
      expect(found).toContainEqual(expect.stringMatching(one));
    }
    const cleared = await quantumctl(bed.url, 'disarm', 'clear', '--reason', 'a test', '--yes', 'clear');
    expect(cleared).toMatchObject({ code: 0, out: expect.stringMatching(/^LATCH CLEARED/) });
    expect(await redis.xlen(operatorAuditStream('default'))).toBe(1);
    const status = JSON.parse((await quantumctl(bed.url, 'status', '--json')).out) as { incidents: { kind: string; words: string }[] };
    expect(status.incidents).toMatchObject([{ kind: 'operator', words: expect.stringMatching(/^disarm clear by default, .*: a test$/) }]);
  }); // prettier-ignore
});

it('says in a line that a part of a Cluster is down, whatever is asked of it', async () => {
  const bed = await startPrivateCluster();
  ends.push(() => bed.stop());
  await bed.kill(await bed.ownerOf(ROLLOUT_EPOCH_KEY));
  for (const words of [['doctor'], ['disarm', 'show'], ['rollout', 'status'], ['rollout', 'clear', '--yes', 'clear']]) {
    const { code, err } = await quantumctl(bed.url, ...words);
    expect([words, code, err]).toEqual([words, 3, expect.stringMatching(/^Could not run: [^\n]+$/)]);
  }
});

describe('while another master of a Cluster is away', () => {
  it.each([
    ['down', (bed: PrivateCluster, index: number) => bed.kill(index)],
    ['silent', (bed: PrivateCluster, index: number) => bed.masters[index]?.pause()],
  ] as const)('sets the kill switch, and the epoch of a rollout: it is %s', async (_, take) => {
    const bed = await startPrivateCluster();
    ends.push(() => bed.stop());
    const owners = await Promise.all([KILL_KEY, ROLLOUT_EPOCH_KEY].map((key) => bed.ownerOf(key)));
    await take(bed, [0, 1, 2].find((index) => !owners.includes(index)) ?? -1);
    for (const words of [
      ['kill', 'on'],
      ['rollout', 'kill', '--reason', 'a test'],
    ]) {
      const { code, out, err } = await quantumctl(bed.url, ...words, '--timeout', '5', '--json');
      expect([words, err, code, out]).toEqual([words, '', 0, expect.stringContaining('"replicas":0')]);
    }
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { proposedKey, STREAMS, targetKey } from '@quantum/redis-schemas';
import { announceTarget, putEfficiency, putTarget, readStream, useRedis, waitFor } from '@quantum/testing';
import { createTestProposer, TS_EPOCH, type TestProposer } from './test-proposer.test-support.js';

const file = useRedis();
const now = TS_EPOCH;
let proposer: TestProposer | undefined;
let monitor: Awaited<ReturnType<ReturnType<typeof file.redis>['monitor']>> | undefined;
afterEach(() => {
  proposer?.close();
  monitor?.disconnect();
});

const SYMBOLS = ['A', 'B:C', 'PROPOSED', 'proposedX', 'Ä'];

async function putInputs(): Promise<void> {
  for (const symbol of SYMBOLS) {
    await putTarget(file.redis(), symbol, { now, targetUsd: 100 });
    await putEfficiency(file.redis(), symbol, { now });
  }
  await putTarget(file.redis(), 'proposed:EVIL', { now, targetUsd: 5 });
  await file.redis().set(targetKey('STRING'), 'x');
}

const dumps = () => Promise.all([...SYMBOLS, 'STRING'].map((symbol) => file.redis().dumpBuffer(targetKey(symbol))));

describe('the live target', () => {
  it('is byte-identical after cycles, and no command but reads ever names it', async () => {
    await putInputs();
    const before = await dumps();
    proposer = await createTestProposer(`unix://${file.server.socketPath}`);
    const seen: string[][] = [];
    monitor = await (await file.connect()).monitor();
    monitor.on('monitor', (_time: string, args: string[]) => seen.push(args));

    await proposer.cycle();
    await announceTarget(file.redis(), 'NEVER', { now });
    await proposer.cycle();
    await file.redis().echo('the end');
    await waitFor(() => seen.some(([name]) => name === 'echo'), { what: 'the monitor to have seen it all' });

    expect(await dumps()).toEqual(before);
    expect(await readStream(file.redis(), STREAMS.proposed)).toHaveLength(2 * SYMBOLS.length);
    const ours = seen.filter(([name]) => name !== 'dump' && name !== 'echo');
    const isLive = (key: string | undefined) => key?.startsWith(targetKey('')) && !key.startsWith(proposedKey(''));
    const onLive = ours
      .filter(([name, ...args]) => name !== 'scan' && args.some(isLive))
      .map(([name]) => name?.toLowerCase());
    // Scripts that are run by EVALSHA_RO or EVAL_RO cannot write; what they call is seen here too.
    expect(new Set(onLive)).toEqual(new Set(['hmget', 'exists', 'eval_ro', 'evalsha_ro']));
    expect(ours.map(([name]) => name?.toLowerCase())).not.toContain('keys');
  });

  it('needs no right to be written: an account that may only read it serves all the same', async () => {
    await putInputs();
    const rights = [
      '%R~quantum:allocation:target:*', '%R~quantum:capital:efficiency:*', `%R~${STREAMS.allocationDecision}`,
      '%RW~quantum:allocation:target:proposed:*', `%RW~${STREAMS.proposed}`, '%RW~quantum:allocation:proposed:*',
    ]; // prettier-ignore
    const commands = [
      ...[
        '+hmget',
        '+exists',
        '+scan',
        '+xrange',
        '+xrevrange',
        '+xadd',
        '+hset',
        '+hdel',
        '+expire',
        '+evalsha',
        '+eval',
        '+evalsha_ro',
        '+eval_ro',
      ],
      ...['+time', '+type', '+get', '+set', '+incr', '+del', '+pexpire', '+pttl'],
      ...['+zadd', '+zcard', '+zrange', '+zrem', '+zremrangebyscore'],
    ];
    await file.redis().acl('SETUSER', 'proposer', 'on', 'nopass', 'resetkeys', ...rights, '-@all', ...commands);
    proposer = await createTestProposer(`unix://${file.server.socketPath}`);
    await proposer.context.redis.auth('proposer', 'any');
    await proposer.cycle();
    expect(await readStream(file.redis(), STREAMS.proposed)).toHaveLength(SYMBOLS.length);
    expect(await proposer.metric('p29_shadow_loop_errors_total')).toBe(0);
    await expect(proposer.context.redis.hset(targetKey('A'), 'target_usd', '1')).rejects.toThrow('NOPERM');
  });
});

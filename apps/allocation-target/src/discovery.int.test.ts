import { afterEach, describe, expect, it } from '@jest/globals';
import { LAST_CYCLE_KEY, proposedKey, STREAMS, targetKey } from '@quantum/redis-schemas';
import { announceTarget, putTarget, readStream, useRedis, waitFor } from '@quantum/testing';
import { createTestProposer, TS_EPOCH, type TestProposer } from './test-proposer.test-support.js';

const file = useRedis();
const now = TS_EPOCH;
let proposer: TestProposer;

/** With SCANS_OFTEN a scan begins with every cycle, with SCAN_ONCE only with the first. */
const SCANS_OFTEN = { LOOP_INTERVAL_SEC: '10', DISCOVERY_INTERVAL_SEC: '10' };
const SCAN_ONCE = { LOOP_INTERVAL_SEC: '0.05', DISCOVERY_INTERVAL_SEC: '3600' };

async function start(env: Record<string, string>): Promise<TestProposer> {
  proposer = await createTestProposer(`unix://${file.server.socketPath}`, env);
  return proposer;
}
afterEach(() => {
  proposer.close();
});

/** Symbols that have a shadow hash. */
const shadows = async () =>
  (await file.redis().keys(proposedKey('*'))).map((key) => key.slice(proposedKey('').length)).sort();

const list = () => proposer.context.discovery.list();

describe('discovery', () => {
  it('finds targets at once, sorted, names with colons and beyond ASCII included', async () => {
    for (const symbol of ['b', 'A:B:C', 'é', 'ZRX']) await putTarget(file.redis(), symbol, { now });
    await start(SCAN_ONCE);
    expect(await list()).toEqual(['A:B:C', 'ZRX', 'b', 'é']);
  });

  it('finds all of many keys among many others', async () => {
    const fill = file.redis().pipeline();
    for (let i = 0; i < 3000; i += 1) fill.set(`other:${i}`, '1');
    for (let i = 0; i < 2500; i += 1) fill.hset(targetKey(`S${i}`), 'target_usd', '1');
    await fill.exec();
    await start(SCAN_ONCE);
    expect(await list()).toHaveLength(2500);
  });

  it('never takes our own shadow keys for symbols, neither from a scan nor from the stream', async () => {
    await putTarget(file.redis(), 'A', { now });
    await (await start(SCANS_OFTEN)).cycle();
    await announceTarget(file.redis(), 'proposed:A', { now });
    await announceTarget(file.redis(), '', { now });
    await proposer.cycle();
    expect(await list()).toEqual(['A']);
    expect(await file.redis().exists(proposedKey('proposed:A'))).toBe(0);
  });

  it('counts a name that is not UTF-8 once a scan, and serves the others', async () => {
    await putTarget(file.redis(), 'A', { now });
    const bad = Buffer.concat([Buffer.from(targetKey('B')), Buffer.from([0xff])]);
    await file.redis().hset(bad, 'target_usd', '1');
    await (await start(SCAN_ONCE)).cycle();
    await file.redis().xadd(STREAMS.allocationDecision, '*', 'symbol', Buffer.from([0x42, 0xff]));
    await proposer.cycle();
    expect(await proposer.metric('p29_shadow_skipped_total', { reason: 'bad_name' })).toBe(1);
    expect(await proposer.metric('p29_shadow_skipped_total', { reason: 'no_target' })).toBe(0);
    expect(await file.redis().hget(LAST_CYCLE_KEY, 'skipped_bad_name')).toBe('0');
    expect(await readStream(file.redis(), STREAMS.proposed)).toHaveLength(2);
  });

  it('proposes a target in the next cycle although it was not announced', async () => {
    await (await start(SCANS_OFTEN)).cycle();
    await putTarget(file.redis(), 'NEW', { now });
    await proposer.cycle();
    expect(await readStream(file.redis(), STREAMS.proposed)).toHaveLength(1);
  });

  it('scans before the next cycle, which then begins no scan of its own', async () => {
    const scans = async () => Number(/cmdstat_scan:calls=(\d+)/.exec(await file.redis().info('commandstats'))?.[1]);
    await start({ LOOP_INTERVAL_SEC: '1', DISCOVERY_INTERVAL_SEC: '1' });
    await list();
    await putTarget(file.redis(), 'NEW', { now });
    const before = await scans();
    await waitFor(async () => (await scans()) > before, { what: 'the scan for the next cycle' });
    expect(await list()).toEqual(['NEW']);
    expect(await scans()).toBe(before + 1);
  });

  it('proposes an announced target in the next cycle without a scan', async () => {
    await announceTarget(file.redis(), 'OLD', { now }); // from before our time: the scan's business
    await (await start(SCAN_ONCE)).cycle();
    await putTarget(file.redis(), 'NEW', { now });
    await putTarget(file.redis(), 'SILENT', { now });
    await announceTarget(file.redis(), 'NEW', { now });
    expect(await list()).toEqual(['NEW']);
  });

  it('reads more entries than one call gives', async () => {
    await start(SCAN_ONCE);
    await list();
    const fill = file.redis().pipeline();
    for (let i = 0; i < 2500; i += 1) fill.xadd(STREAMS.allocationDecision, '*', 'symbol', `S${i}`, 'n', i);
    await fill.exec();
    expect(await list()).toHaveLength(2500);
  });

  it('forgets a symbol when a scan does not show it any more', async () => {
    await putTarget(file.redis(), 'A', { now });
    await start(SCANS_OFTEN);
    expect(await list()).toEqual(['A']);
    await file.redis().del(targetKey('A'));
    await announceTarget(file.redis(), 'A', { now });
    // The scan ends before the entry is read, so that the symbol stays for the scan after.
    expect(await list()).toEqual(['A']);
    expect(await list()).toEqual([]);
  });

  it('works without the decision stream, and says once that it cannot be read', async () => {
    await file.redis().set(STREAMS.allocationDecision, 'not a stream');
    await putTarget(file.redis(), 'A', { now });
    await start(SCANS_OFTEN);
    expect(await list()).toEqual(['A']);
    expect(await list()).toEqual(['A']);
    expect(proposer.problems).toEqual(['the decision stream cannot be read']);
    await file.redis().del(STREAMS.allocationDecision);
    await list();
    await announceTarget(file.redis(), 'B', { now });
    expect(await list()).toEqual(['A', 'B']);
  });

  it('goes on with what it knows while scans fail, and fails only where it knows nothing', async () => {
    await putTarget(file.redis(), 'A', { now });
    await file.redis().acl('SETUSER', 'trial', 'on', 'nopass', '~*', '+@all');
    await start(SCANS_OFTEN);
    await proposer.context.redis.auth('trial', 'any');
    await file.redis().acl('SETUSER', 'trial', '-scan');
    await expect(list()).rejects.toThrow('NOPERM');
    await file.redis().acl('SETUSER', 'trial', '+scan');
    expect(await list()).toEqual(['A']);
    await file.redis().acl('SETUSER', 'trial', '-scan');
    expect(await list()).toEqual(['A']);
    expect(proposer.problems).toEqual(Array(2).fill('the scan for targets failed'));
  });

  it('has the first cycle delete the shadow keys of symbols without a target, of any writer, with or without a TTL', async () => {
    await putTarget(file.redis(), 'LIVE', { now });
    await file.redis().hset(proposedKey('GONE'), 'symbol', 'GONE');
    await file.redis().hset(proposedKey('ENDING'), 'symbol', 'ENDING');
    await file.redis().expire(proposedKey('ENDING'), 600);
    await (await start(SCANS_OFTEN)).cycle();
    expect(await shadows()).toEqual(['LIVE']);
    expect(await proposer.metric('p29_shadow_skipped_total', { reason: 'no_target' })).toBe(2);
    await proposer.cycle();
    expect(await proposer.metric('p29_shadow_skipped_total', { reason: 'no_target' })).toBe(2);
  });

  it('looks at a symbol once more that a scan does not show any more: its target may be back', async () => {
    for (const symbol of ['A', 'B']) await putTarget(file.redis(), symbol, { now });
    await (await start(SCANS_OFTEN)).cycle();
    await file.redis().del(targetKey('A'), targetKey('B'));
    await list();
    await putTarget(file.redis(), 'B', { now });
    expect(proposer.context.discovery.takeGone()).toEqual(['A', 'B']);
    expect(proposer.context.discovery.takeGone()).toEqual([]);
    await list();
    expect(await list()).toEqual(['B']);
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { PrivateRedis } from '@quantum/private-redis';
import {
  disarmKey,
  HALT_KEY,
  KILL_KEY,
  operatorAuditStream,
  parseOperatorAudit,
  STREAMS,
  targetKey,
  utcDate,
} from '@quantum/redis-schemas';
import { connectedClient, spawnApp, startWithUsers, urlFor, type User } from '@quantum/testing';
import type { Redis } from 'ioredis';
import { MAIN } from './deployed.test-support.js';
import { lookActions } from './read-actions.js';
import { atNight, LIMITS, masked, POLICY } from './night.test-support.js';
import { program } from './options.js';
import { rolloutActions } from './rollout/actions.js';
import { statusCommand, type StatusOptions } from './status/status.js';
import { switchActions } from './switches/actions.js';

const DOC = resolve(__dirname, '../../../docs/operations.md');

let server: PrivateRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startWithUsers();
  redis = await connectedClient(server.url);
});
beforeEach(async () => {
  await redis.flushall();
  await atNight(redis, Date.now() / 1000);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** Runs a command in this process: a process each would take most of the time. */
async function as(user: User, ...words: string[]): Promise<{ code: number; out: string }> {
  let [code, out] = [0, ''];
  const print = (text: string): void => void (out += text);
  const terminal = { print, input: new PassThrough(), output: new PassThrough() };
  const exitWith = (one: number): void => void (code = one);
  const actions = {
    ...rolloutActions({}, terminal, exitWith),
    ...switchActions({}, terminal, exitWith),
    ...lookActions({}, { print, isTTY: false, columns: undefined }, exitWith),
    overview: async (options: StatusOptions) => {
      exitWith(await statusCommand(options, {}, { print, size: () => undefined }));
    },
  };
  await program(actions, {}).parseAsync([...words, '--redis', urlFor(server, user)], { from: 'user' });
  return { code, out };
}
const json = async (...words: string[]): Promise<Record<string, unknown>> =>
  JSON.parse((await as('ana', ...words, '--json')).out) as Record<string, unknown>;
const audited = async (user: User) =>
  (await redis.xrange(operatorAuditStream(user), '-', '+')).map(([, fields]) => parseOperatorAudit(fields));

describe('the night in docs/operations.md', () => {
  it('prints what the page shows', async () => {
    const page = readFileSync(DOC, 'utf8');
    const shown: string[] = [];
    // In the order of the page: a switch that was set stays set.
    for (const [, command = ''] of page.matchAll(/^ {4}\$ quantumctl (.*)$/gm)) {
      const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
      const { out } = await as('ana', ...words);
      shown.push(
        `    $ quantumctl ${command}\n${out
          .trimEnd()
          .split('\n')
          .map((line) => (line === '' ? '' : `    ${line}`))
          .join('\n')}`,
      );
    }
    expect(shown.length).toBeGreaterThan(9);
    const blocks = /^ {4}\$ quantumctl .*\n(?:(?: {4}.*)?\n)*?(?=\n\S)/gm;
    if (process.env['UPDATE_DOCS'] === '1')
      writeFileSync(
        DOC,
        page.replaceAll(blocks, () => `${shown.shift() ?? ''}\n`),
      );
    else
      expect([...page.matchAll(blocks)].map(([text]) => masked(text).trim())).toEqual(
        shown.map((text) => masked(text).trim()),
      );
  });
});

describe('doctor', () => {
  it('finds in Redis what the checks find in fixtures, as an operator and as the default user', async () => {
    const found = (await json('doctor'))['findings'] as { check: string; key: string }[];
    expect(found.map(({ check }) => check)).toEqual([
      'executed-refusals',
      'switches',
      'not-a-number',
      'negative-targets',
      'replicas',
    ]);
    await redis.set(targetKey('XRPUSDT'), 'no hash');
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const { code, out } = await as('quantum-recorder', 'doctor');
    expect(code).toBe(1);
    expect(out).toContain('Not read: SCAN: ');
    expect(out).toMatch(/maxmemory-policy\n {4}read {3}allkeys-lru/);
    expect((await json('doctor'))['findings'] as object[]).toContainEqual(
      expect.objectContaining({ check: 'wrong-types', key: targetKey('XRPUSDT') }),
    );
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
  });

  it('stays within 80 columns, writes nothing, and ends with 0 where only notes are left', async () => {
    const before = await redis.dbsize();
    const { out } = await as('ana', 'doctor');
    expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(await redis.dbsize()).toBe(before);
    await redis.flushall();
    expect(await as('ana', 'doctor')).toMatchObject({ code: 0 });
  });
});

describe('symbol, plan and policy', () => {
  it('say where numbers come from, for machines as well', async () => {
    expect(await json('symbol', 'BTCUSDT')).toMatchObject({
      sources: { executions: { burstCount: 2 } },
      limits: { hash: LIMITS },
    });
    expect(await json('plan', 'plan-42')).toMatchObject({
      record: { outcome: 'permit' },
      permitTtlSec: expect.any(Number),
    });
    expect((await as('ana', 'plan', 'plan-41')).out).toMatch(/^ {2}burst_rate +REFUSES: 2 permits in 5 min, limit 2$/m);
    expect(await as('ana', 'plan', 'unknown')).toMatchObject({ code: 1 });
    expect(await json('policy', 'explain', POLICY)).toMatchObject({ step: 'proposal', changed: ['P31_SCALE'] });
    expect(await as('ana', 'policy', 'explain', '0'.repeat(12))).toMatchObject({ code: 1 });
  });
});

describe('kill and disarm', () => {
  it('set and clear, audited by the user that did it', async () => {
    expect(await as('ana', 'kill', 'on', '--reason', 'fire')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^KILL SWITCH ON/),
    });
    expect(await redis.get(KILL_KEY)).toBe('1');
    await redis.set(HALT_KEY, '1');
    expect(await json('kill', 'off', '--reason', 'out', '--yes', 'off')).toMatchObject({ state: 'off', halted: true });
    expect(await as('ben', 'disarm', 'show')).toMatchObject({ code: 1 });
    await as('ben', 'disarm', 'clear', '--reason', 'seen', '--yes', 'clear');
    expect(await redis.mget(KILL_KEY, disarmKey(utcDate(Date.now() / 1000)))).toEqual([null, null]);
    expect(await as('ben', 'disarm', 'show')).toMatchObject({ code: 0 });
    expect(await audited('ana')).toEqual([
      expect.objectContaining({ action: 'kill on', reason: 'fire', before: '', after: 'quantum:kill=1' }),
      expect.objectContaining({
        action: 'kill off',
        reason: 'out',
        before: 'quantum:kill=1 quantum:governor:halt=1',
        after: 'quantum:governor:halt=1',
      }),
    ]);
    expect(await audited('ben')).toMatchObject([
      { action: 'disarm clear', reason: 'seen', before: expect.stringContaining('burst_rate') },
    ]);
  });

  it('stop also where nothing can be audited, and start again only where it can', async () => {
    await redis.acl('SETUSER', 'Eve', 'on', '>password', '~*', '+@all', '-xadd');
    const eve = server.url.replace('://', '://Eve:password@');
    const run = async (...words: string[]) => spawnApp(MAIN, {}, [...words, '--redis', eve]).exit;
    expect(await run('kill', 'on')).toMatchObject({ code: 0 });
    expect(await redis.get(KILL_KEY)).toBe('1');
    expect(await run('kill', 'off', '--reason', 'x', '--yes', 'off')).toMatchObject({ code: 1 });
    expect(await redis.get(KILL_KEY)).toBe('1');
    await redis.acl('DELUSER', 'Eve');
  });

  it('are refused to programs, without a terminal, and without a Redis', async () => {
    expect(await as('quantum-recorder', 'kill', 'on', '--timeout', '1')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^NOT APPLIED: NOPERM/),
    });
    await redis.set(KILL_KEY, '1');
    const exits = [
      [['kill', 'off', '--reason', 'x', '--redis', urlFor(server, 'ana')], 2],
      [['kill', 'off'], 2],
      [['kill', 'on', '--redis', 'redis://127.0.0.1:1'], 3],
    ] as const;
    const codes = await Promise.all(exits.map(([words]) => spawnApp(MAIN, {}, [...words]).exit));
    expect(codes.map(({ code }) => code)).toEqual(exits.map(([, code]) => code));
    expect(await redis.xlen(STREAMS.plans)).toBe(2);
  });
});

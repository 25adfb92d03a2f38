import { once } from 'node:events';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createPolicyBook, NO_POLICY_FILE, type PolicyBook } from '@quantum/efficiency-policy';
import type { Redis } from '@quantum/redis-io';
import { GOVERNOR_LIMITS_KEY, POLICY_PARAMETERS_KEY } from '@quantum/redis-schemas';
import { governorDefinition } from '@quantum/service-config';
import { createLogger, loadConfig } from '@quantum/service-kit';
import { useRedis, waitFor } from '@quantum/testing';
import { gateSettings, hintStep, keepLimits, keepParameters, nameLimits, sha256 } from './index.js';

const file = useRedis();
const { redis, connect } = file;
const step = hintStep(loadConfig(governorDefinition, {}).config);
const logger = createLogger({ name: 'test', level: 'silent' });

/** The environment's parameters, and one set more per threshold. */
const bookOf = (...thresholds: number[]): PolicyBook<object> => {
  const symbols = new Map(thresholds.map((value, i) => [`S${i}`, { P31_DOWNSIZE_THRESHOLD: value }]));
  const { book } = createPolicyBook({ ...NO_POLICY_FILE, symbols }, step);
  if (!book) throw new Error('no book');
  return book;
};

/** A source whose policy a test changes. */
function sourceOf(first: PolicyBook<object>) {
  const listeners: ((book: PolicyBook<object>) => void)[] = [];
  let book = first;
  return {
    current: () => book,
    onReload: (listener: (book: PolicyBook<object>) => void) => void listeners.push(listener),
    change: (next: PolicyBook<object>) => {
      book = next;
      for (const listener of listeners) listener(next);
    },
  };
}

const written = () => redis().hgetall(POLICY_PARAMETERS_KEY);
const untilWritten = (sets: number) =>
  waitFor(async () => Object.keys(await written()).length === sets, { what: `${sets} sets of parameters` });

/** A service's connection and the publication on it. Both end with the test. */
const connections: Redis[] = [];
const connection = async (): Promise<Redis> => {
  const client = await connect();
  connections.push(client);
  return client;
};
afterEach(async () => {
  for (const client of connections.splice(0)) client.disconnect();
  await redis().config('SET', 'maxmemory', '0');
});

const heard = (lines: string[]) =>
  createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } });

describe('the parameter sets in force', () => {
  it('are in Redis by the hash that outputs carry', async () => {
    await keepParameters(await connection(), sourceOf(bookOf(0.3)), logger);
    const found = await written();
    expect(Object.keys(found)).toHaveLength(2);
    for (const [policy, text] of Object.entries(found)) expect(sha256(text).slice(0, 12)).toBe(policy);
    expect(Object.values(found).map((text) => (JSON.parse(text) as Record<string, unknown>)['P31_DOWNSIZE_THRESHOLD']).sort()).toEqual([0.3, 0.45]); // prettier-ignore
  });

  it('of former policies stay, those of a new one are added', async () => {
    const source = sourceOf(bookOf(0.3));
    await keepParameters(await connection(), source, logger);
    const before = await written();
    source.change(bookOf(0.2));
    await untilWritten(3);
    expect(await written()).toMatchObject(before);
  });

  it('are written again after a reconnect, because Redis may have lost them', async () => {
    const client = await connection();
    await keepParameters(client, sourceOf(bookOf(0.3)), logger);
    await redis().del(POLICY_PARAMETERS_KEY);
    await redis().client('KILL', 'ID', await client.client('ID'));
    await untilWritten(2);
  });

  it('that Redis refuses stop nothing, are logged once, and are written as soon as it accepts them', async () => {
    await redis().config('SET', 'maxmemory', '1');
    const lines: string[] = [];
    const source = sourceOf(bookOf(0.3));
    await keepParameters(await connection(), source, heard(lines), 10);
    source.change(bookOf(0.2));
    const refusals = async () => /errorstat_OOM:count=(\d+)/.exec(await redis().info('errorstats'))?.[1] ?? '0';
    await waitFor(async () => Number(await refusals()) >= 5, { what: 'further attempts' });
    expect(lines.join('').match(/the parameters of the policy were not written/g)).toHaveLength(1);

    await redis().config('SET', 'maxmemory', '0');
    // Including those of the former policy: outputs may name them.
    await untilWritten(3);
  });

  it('are written again when Redis loses them while the connection stays', async () => {
    await keepParameters(await connection(), sourceOf(bookOf(0.3, 0.2)), logger, 10);
    await redis().flushall();
    await untilWritten(3);
    await redis().hdel(POLICY_PARAMETERS_KEY, Object.keys(await written()).at(-1) ?? '');
    await untilWritten(3);
  });

  it('are written by commands of at most 200', async () => {
    await redis().config('RESETSTAT');
    await keepParameters(await connection(), sourceOf(bookOf(...Array.from({ length: 450 }, (_, i) => (i + 1) / 1000))), logger); // prettier-ignore
    expect(await redis().hlen(POLICY_PARAMETERS_KEY)).toBe(450);
    expect(await redis().info('commandstats')).toMatch(/cmdstat_hset:calls=3,/);
  });

  it('are kept as long as the connection is', async () => {
    const [set, clear] = [jest.spyOn(globalThis, 'setInterval'), jest.spyOn(globalThis, 'clearInterval')];
    const client = await connection();
    await keepParameters(client, sourceOf(bookOf(0.3)), logger, 123_456);
    const timer = set.mock.results[set.mock.calls.findIndex(([, ms]) => ms === 123_456)];
    const ended = once(client, 'end');
    client.disconnect();
    await ended;
    expect(timer?.type).toBe('return');
    expect(clear.mock.calls.map(([cleared]) => cleared)).toContain(timer?.value);
  });
});

describe('the limits of the gates in force', () => {
  const limits = nameLimits(gateSettings(loadConfig(governorDefinition, {}).config));
  const kept = () => redis().hgetall(GOVERNOR_LIMITS_KEY);
  const untilKept = () => waitFor(async () => limits.hash in (await kept()), { what: 'the limits' });

  it('are in Redis by the hash that records carry, next to earlier ones', async () => {
    await redis().hset(GOVERNOR_LIMITS_KEY, '0'.repeat(12), '{}');
    await keepLimits(await connection(), limits, logger);
    expect(await kept()).toEqual({ ['0'.repeat(12)]: '{}', [limits.hash]: limits.text });
    expect(await written()).toEqual({});
  });

  it('are written again when Redis loses them', async () => {
    await keepLimits(await connection(), limits, logger, 10);
    await redis().flushall();
    await untilKept();
  });

  it('that Redis refuses stop nothing, are logged once, and are written as soon as it accepts them', async () => {
    await redis().set(GOVERNOR_LIMITS_KEY, 'no hash');
    const lines: string[] = [];
    await keepLimits(await connection(), limits, heard(lines), 10);
    const refusals = async () => /errorstat_WRONGTYPE:count=(\d+)/.exec(await redis().info('errorstats'))?.[1] ?? '0';
    await waitFor(async () => Number(await refusals()) >= 3, { what: 'further attempts' });
    expect(lines.join('').match(/the limits of the gates were not written/g)).toHaveLength(1);
    await redis().del(GOVERNOR_LIMITS_KEY);
    await untilKept();
  });
});

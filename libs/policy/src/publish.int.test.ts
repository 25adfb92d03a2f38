import { describe, expect, it } from '@jest/globals';
import { createPolicyBook, NO_POLICY_FILE, type PolicyBook } from '@quantum/efficiency-policy';
import { untilReady } from '@quantum/redis-io';
import { POLICY_PARAMETERS_KEY } from '@quantum/redis-schemas';
import { governorDefinition } from '@quantum/service-config';
import { createLogger, loadConfig } from '@quantum/service-kit';
import { useRedis, waitFor } from '@quantum/testing';
import { hintStep, keepParameters, sha256 } from './index.js';

const file = useRedis();
const { redis, connect } = file;
const step = hintStep(loadConfig(governorDefinition, {}).config);
const logger = createLogger({ name: 'test', level: 'silent' });

const bookOf = (downsizeThreshold: number): PolicyBook<object> => {
  const symbols = new Map([['BTCUSDT', { P31_DOWNSIZE_THRESHOLD: downsizeThreshold }]]);
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
    onReload: (told: (book: PolicyBook<object>) => void) => void listeners.push(told),
    change: (next: PolicyBook<object>) => {
      book = next;
      for (const told of listeners) told(next);
    },
  };
}

const written = () => redis().hgetall(POLICY_PARAMETERS_KEY);

describe('the parameters of the policies in force', () => {
  it('stand in Redis by the hash that outputs carry', async () => {
    await keepParameters(redis(), sourceOf(bookOf(0.3)), logger);
    const found = await written();
    expect(Object.keys(found)).toHaveLength(2);
    for (const [policy, text] of Object.entries(found)) expect(sha256(text).slice(0, 12)).toBe(policy);
    expect(Object.values(found).map((text) => (JSON.parse(text) as Record<string, unknown>)['P31_DOWNSIZE_THRESHOLD']).sort()).toEqual([0.3, 0.45]); // prettier-ignore
  });

  it('of former policies stay, those of a new one are added', async () => {
    const source = sourceOf(bookOf(0.3));
    await keepParameters(redis(), source, logger);
    const before = await written();
    source.change(bookOf(0.2));
    await waitFor(async () => Object.keys(await written()).length === 3, { what: 'the new policy' });
    expect(await written()).toMatchObject(before);
  });

  it('are written again when the connection is, for Redis may have lost them', async () => {
    const client = connect();
    await untilReady(client);
    await keepParameters(client, sourceOf(bookOf(0.3)), logger);
    await redis().del(POLICY_PARAMETERS_KEY);
    await redis().client('KILL', 'ID', await client.client('ID'));
    await waitFor(async () => Object.keys(await written()).length === 2, { what: 'the parameters again' });
  });

  it('that Redis refuses stop nothing', async () => {
    await redis().set(POLICY_PARAMETERS_KEY, 'another type');
    const lines: string[] = [];
    const heard = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } });
    await keepParameters(redis(), sourceOf(bookOf(0.3)), heard);
    expect(lines.join()).toContain('the parameters of the policy were not written');
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SymbolReading } from '@quantum/decisions';
import { connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import {
  EFFICIENCY_FIELDS,
  efficiencyKey,
  parseEfficiency,
  parseSmoothing,
  parseTarget,
  proposedKey,
  SMOOTHING_FIELDS,
  TARGET_FIELDS,
  targetKey,
} from '@quantum/redis-schemas';
import { boundedRuns, useRedis } from '@quantum/testing';
import { repeat } from '@quantum/testbed';
import fc from 'fast-check';
import { readBatches, readSymbols } from './read.js';

const file = useRedis();
let redis: Redis;

async function connect(user?: string): Promise<Redis> {
  const redis = connectRedis({ url: `unix://${file.server.socketPath}`, host: '', port: 0, db: 0 }, 'test');
  await untilReady(redis);
  if (user !== undefined) await redis.auth(user, 'any');
  return redis;
}
beforeEach(async () => {
  redis = await connect();
});
afterEach(() => {
  redis.disconnect();
});

/** What plain commands find of a symbol. */
async function plainReadingOf(symbol: string, withSmoothing: boolean): Promise<SymbolReading> {
  const valuesOf = (key: string, fields: readonly string[]) =>
    file.redis().hmget(key, ...fields).catch(() => undefined); // prettier-ignore
  const target = await valuesOf(targetKey(symbol), TARGET_FIELDS);
  const efficiency = await valuesOf(efficiencyKey(symbol), EFFICIENCY_FIELDS);
  const smoothing = withSmoothing ? await valuesOf(proposedKey(symbol), SMOOTHING_FIELDS) : undefined;
  const isGone = (await file.redis().exists(targetKey(symbol))) === 0;
  return {
    symbol,
    target: isGone ? { state: 'gone' } : target ? parseTarget(target) : { state: 'unreadable' },
    efficiency: efficiency ? parseEfficiency(efficiency) : { state: 'unreadable' },
    smoothing: smoothing && parseSmoothing(smoothing),
  };
}

describe('readSymbols', () => {
  it('gives what plain commands find, whatever is there, byte for byte', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 12 }).map((each) => Buffer.from(each)),
      fc
        .constantFrom('1000.5', '0.9', ' 1e3 ', '"', '\\', 'ü', '\0', '</', '\u2028', '')
        .map((text) => Buffer.from(text)),
    );
    const key = (fields: readonly string[]) =>
      fc.oneof(
        fc.constant('absent' as const),
        fc.constant('string' as const),
        fc.dictionary(fc.constantFrom('other', ...fields), bytes, { minKeys: 1 }),
      );
    const put = async (name: string, value: Record<string, Buffer> | 'absent' | 'string'): Promise<void> => {
      await file.redis().del(name);
      if (value === 'string') await file.redis().set(name, 'not a hash');
      else if (value !== 'absent') await file.redis().hset(name, value);
    };
    const symbol = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
      fc.constantFrom('A\0B', '"\\'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc.record({
            symbol,
            target: key(['target_usd', 'timestamp']),
            efficiency: key(['efficiency_score', 'confidence', 'ts']),
            shadow: key(['smoothed_multiplier', 'ts_epoch']),
          }),
          { selector: (each) => each.symbol, minLength: 1, maxLength: 5 },
        ),
        async (given) => {
          for (const each of given) {
            await put(targetKey(each.symbol), each.target);
            await put(efficiencyKey(each.symbol), each.efficiency);
            await put(proposedKey(each.symbol), each.shadow);
          }
          const symbols = given.map((each) => each.symbol);
          for (const withSmoothing of [false, true]) {
            const plain: SymbolReading[] = [];
            for (const each of symbols) plain.push(await plainReadingOf(each, withSmoothing));
            expect(await readSymbols(redis, symbols, withSmoothing)).toEqual(plain);
          }
        },
      ),
      boundedRuns(150),
    );
  });

  it('takes no target that comes and goes for one without a value', async () => {
    const other = await connect();
    const toggling = repeat(async () => {
      await other.hset(targetKey('A'), { target_usd: '5', timestamp: '7' });
      await other.del(targetKey('A'));
    }, 0);
    const states = new Set<string>();
    for (let i = 0; i < 1000; i += 1) states.add((await readSymbols(redis, ['A'], false))[0]?.target.state ?? '');
    await toggling.stop();
    other.disconnect();
    expect([...states].sort()).toEqual(['gone', 'read']);
  });

  it('reads the others where one key is forbidden', async () => {
    const rights = [
      `~${targetKey('?')}`,
      `~${efficiencyKey('A')}`,
      `~${proposedKey('B')}`,
      '-@all',
      '+hmget',
      '+exists',
    ];
    await file.redis().acl('SETUSER', 'narrow', 'on', 'nopass', ...rights, '+evalsha_ro', '+eval_ro');
    const narrow = await connect('narrow');
    for (const symbol of ['A', 'B']) {
      await file.redis().hset(targetKey(symbol), { target_usd: '5', timestamp: '7' });
      await file.redis().hset(efficiencyKey(symbol), { efficiency_score: '0.5', confidence: '1', ts: '7' });
      await file.redis().hset(proposedKey(symbol), { smoothed_multiplier: '1.25', ts_epoch: '6' });
    }
    const [a, b] = await readSymbols(narrow, ['A', 'B'], true);
    narrow.disconnect();
    expect(a).toMatchObject({ efficiency: { state: 'read', score: 0.5 }, smoothing: undefined });
    expect(b).toMatchObject({ target: { state: 'read', targetUsd: 5 }, efficiency: { state: 'unreadable' } });
    expect(b?.smoothing).toEqual({ multiplier: 1.25, tsSec: 6 });
  });

  it.each(['evalsha_ro', 'hmget'])(
    'fails where Redis does not let us run %s, and calls no target unreadable',
    async (name) => {
      await file.redis().hset(targetKey('A'), { target_usd: '5', timestamp: '7' });
      await file.redis().acl('SETUSER', 'less', 'on', 'nopass', '~*', '+@all', `-${name}`);
      const less = await connect('less');
      await expect(readSymbols(less, ['A'], false)).rejects.toThrow(/permissions to run|can't run this command/);
      less.disconnect();
    },
  );
});

describe('readBatches', () => {
  const optionsOf = (batchSymbols: number, batchesAhead: number) => ({
    batchSymbols,
    batchesAhead,
    withSmoothing: false,
  });

  it('gives every symbol once, in its order', async () => {
    const symbols = Array.from({ length: 23 }, (_, i) => `S${i}`);
    for (const ahead of [1, 2, 9]) {
      const batches: string[][] = [];
      for await (const batch of readBatches(redis, symbols, optionsOf(5, ahead)))
        batches.push(batch.map((each) => each.symbol));
      expect(batches.map((batch) => batch.length)).toEqual([5, 5, 5, 5, 3]);
      expect(batches.flat()).toEqual(symbols);
    }
  });

  it('fails in the turn of the batch that failed, and not beside it', async () => {
    const lost = await connect();
    const batches = readBatches(lost, ['A', 'B', 'C'], optionsOf(1, 1));
    expect((await batches.next()).done).toBe(false);
    lost.disconnect();
    await expect(
      (async () => {
        for await (const batch of batches) expect(batch).toHaveLength(1);
      })(),
    ).rejects.toThrow('Redis');
  });
});

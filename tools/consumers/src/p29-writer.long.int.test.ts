import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROLLOUT_EPOCH_KEY, rolloutMultiplierKey, targetKey } from '@quantum/redis-schemas';
import { expectTtl, serverTimeMs, useRedis } from '@quantum/testing';
import { writeTarget } from './p29-writer.test-support.js';

const file = useRedis();
const { redis } = file;
const SYMBOL = 'BTCUSDT';
const OTHERS = { mode: 'enforce', timestamp: '1700000000' };
const hasPython = spawnSync('python3', ['--version']).status === 0;

type Write = (baseUsd: number) => Promise<[multiplier: number, why: string]>;
const inTypeScript: Write = async (baseUsd) => {
  const { multiplier, why } = await writeTarget(redis(), SYMBOL, baseUsd, OTHERS);
  return [multiplier, why];
};
const inPython: Write = (baseUsd) => {
  const args = [file.server.socketPath, SYMBOL, String(baseUsd), JSON.stringify(OTHERS)];
  const { stdout, stderr } = spawnSync('python3', ['-I', join(__dirname, '..', 'follow_once.py'), ...args], {
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return Promise.resolve(JSON.parse(stdout) as [number, string]);
};

/** Publishes a multiplier of epoch 7 that lives for a minute by Redis' clock. */
async function publish(multiplier: number, changes: Record<string, string> = {}): Promise<void> {
  const expiresAt = String(Math.floor((await serverTimeMs(redis())) / 1000) + 60);
  await redis().set(ROLLOUT_EPOCH_KEY, '7');
  const fields = { multiplier: String(multiplier), direction: 'both', epoch: '7', expires_at: expiresAt };
  await redis().hset(rolloutMultiplierKey(SYMBOL), { ...fields, ...changes });
}

/** The target as a reader takes it: numbers, whatever digits they are written with. */
async function written() {
  const { target_usd: target, base_target_usd: base, ...others } = await redis().hgetall(targetKey(SYMBOL));
  return { target: Number(target), base: Number(base), others };
}

describe.each([
  ['TypeScript', inTypeScript, true],
  [hasPython ? 'Python' : 'Python, SKIPPED as there is no python3 here', inPython, hasPython],
] as const)('a P2.9 that follows, in %s', (_language, write, isThere) => {
  const tried = isThere ? it : it.skip;

  tried('writes base times multiplier, the base beside it, and what it writes anyway, with its lifetime', async () => {
    await publish(0.925);
    const sinceMs = await serverTimeMs(redis());
    expect(await write(2000.1)).toEqual([0.925, 'ok']);
    expect(await written()).toEqual({ target: 2000.1 * 0.925, base: 2000.1, others: OTHERS });
    await expectTtl(redis(), targetKey(SYMBOL), 300, sinceMs);
  });

  tried('starts from what it computed, not from what it wrote', async () => {
    await publish(0.5);
    for (let i = 0; i < 3; i++) await write(1000);
    expect(await written()).toEqual({ target: 500, base: 1000, others: OTHERS });
  });

  tried.each<[string, () => Promise<unknown>]>([
    ['absent', () => redis().del(rolloutMultiplierKey(SYMBOL))],
    ['invalid', () => publish(0.5, { multiplier: '-1' })],
    ['expired', () => publish(0.5, { expires_at: '1700000000' })],
    ['epoch', () => redis().incr(ROLLOUT_EPOCH_KEY)],
    ['over_limit', () => publish(1.5, { direction: 'down_only' })],
    ['unreadable', () => redis().multi().del(rolloutMultiplierKey(SYMBOL)).set(rolloutMultiplierKey(SYMBOL), '1').exec()],
    ['unreadable', () => redis().multi().del(ROLLOUT_EPOCH_KEY).rpush(ROLLOUT_EPOCH_KEY, '7').exec()],
  ])('writes the base where the multiplier is %s', async (why, spoil) => {
    await publish(0.5);
    await spoil();
    expect(await write(1000)).toEqual([1, why]);
    expect(await written()).toEqual({ target: 1000, base: 1000, others: OTHERS });
  }); // prettier-ignore

  tried('keeps a negative target negative', async () => {
    await publish(0.5);
    await write(-50);
    expect(await written()).toEqual({ target: -25, base: -50, others: OTHERS });
  });

  tried('says so where the target cannot be written', async () => {
    await redis().set(targetKey(SYMBOL), 'no hash');
    await expect((async () => write(1000))()).rejects.toThrow('WRONGTYPE');
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { effectiveMultiplier, targetFields } from '@quantum/effective-target';
import {
  fieldsOf,
  MULTIPLIER_FIELDS,
  multiplierHash,
  parseEpoch,
  parseMultiplier,
  proposedKey,
  ROLLOUT_EPOCH_KEY,
  rolloutMultiplierKey,
  STREAMS,
  targetKey,
} from '@quantum/redis-schemas';
import { putEfficiency, putTarget, readStream, useRedis } from '@quantum/testing';
import { createTestProposer, TS_EPOCH, type TestProposer } from './test-proposer.test-support.js';

const file = useRedis();
const CYCLES = 1000;
const EPOCH = 7;
/** What P2.9 computes for each symbol, and the proposals' multiplier by its score. */
const SYMBOLS = { LOW: { baseUsd: 1000, score: 0.3, multiplier: 0.8 }, HIGH: { baseUsd: 250.125, score: 0.9, multiplier: 1.4 } }; // prettier-ignore
const NAMES = Object.keys(SYMBOLS) as (keyof typeof SYMBOLS)[];

let proposer: TestProposer;
afterEach(() => {
  proposer.close();
});

/** A rollout at full blend: it publishes the multipliers of the proposals as they are. */
async function enforce(): Promise<void> {
  for (const symbol of NAMES) {
    const proposed = Number((await file.redis().hget(proposedKey(symbol), 'multiplier')) ?? '1');
    const fields = multiplierHash({
      multiplier: proposed, proposedMultiplier: proposed, blend: 1, direction: 'both', plan: '0123456789ab', stage: 'all',
      policy: '4bd977d42c9c', epoch: EPOCH, fence: '1:a', tsEpochSec: TS_EPOCH, expiresAtSec: TS_EPOCH + 30, reason: 'stage',
    }); // prettier-ignore
    await file.redis().hset(rolloutMultiplierKey(symbol), fieldsOf(fields));
  }
}

/** The multiplier that applies to a symbol. */
async function multiplierOf(symbol: string): Promise<number> {
  const [fields, epoch] = await Promise.all([
    file.redis().hmget(rolloutMultiplierKey(symbol), ...MULTIPLIER_FIELDS),
    file.redis().get(ROLLOUT_EPOCH_KEY),
  ]);
  const reads = {
    published: { readable: true, value: parseMultiplier(fields) },
    epoch: { readable: true, value: parseEpoch(epoch) },
  } as const;
  return effectiveMultiplier(reads, TS_EPOCH).multiplier;
}

/** Runs cycles of P2.9, the proposer and the rollout; resolves to the targets after them. */
async function run(cycles: number, write: (symbol: keyof typeof SYMBOLS, multiplier: number) => Promise<void>) {
  proposer = await createTestProposer(`unix://${file.server.socketPath}`);
  await file.redis().set(ROLLOUT_EPOCH_KEY, EPOCH);
  for (const symbol of NAMES)
    await putEfficiency(file.redis(), symbol, { now: TS_EPOCH, score: SYMBOLS[symbol].score });
  for (let i = 0; i < cycles; i++) {
    for (const symbol of NAMES) await write(symbol, await multiplierOf(symbol));
    await proposer.cycle();
    await enforce();
  }
  return Object.fromEntries(
    await Promise.all(NAMES.map(async (symbol) => [symbol, Number(await file.redis().hget(targetKey(symbol), 'target_usd'))])), // prettier-ignore
  ) as Record<keyof typeof SYMBOLS, number>;
}

describe('a P2.9 that follows the multipliers of its proposals', () => {
  it('converges to base times multiplier, and stays there for 1,000 cycles', async () => {
    const targets = await run(CYCLES, async (symbol, multiplier) => {
      const extra = targetFields(SYMBOLS[symbol].baseUsd, { multiplier });
      await putTarget(file.redis(), symbol, { now: TS_EPOCH, mode: 'enforce', extra });
    });
    expect(targets).toEqual({ LOW: 1000 * 0.8, HIGH: 250.125 * 1.4 });
    const proposals = (await readStream(file.redis(), STREAMS.proposed)).map(({ fields }) => fields);
    expect(proposals).toHaveLength(NAMES.length * CYCLES);
    for (const symbol of NAMES) {
      const { baseUsd, multiplier } = SYMBOLS[symbol];
      const seen = proposals.filter((fields) => fields['symbol'] === symbol);
      expect(new Set(seen.map(({ base_target: base }) => base))).toEqual(new Set([String(baseUsd)]));
      expect(new Set(seen.map(({ multiplier: own }) => own))).toEqual(new Set([multiplier.toFixed(4)]));
    }
  });

  it('would compound them without the base', async () => {
    const written = new Map<string, number>();
    const targets = await run(10, async (symbol, multiplier) => {
      // What a P2.9 does that starts from its own target.
      const targetUsd = (written.get(symbol) ?? SYMBOLS[symbol].baseUsd) * multiplier;
      written.set(symbol, targetUsd);
      await putTarget(file.redis(), symbol, { now: TS_EPOCH, mode: 'enforce', targetUsd });
    });
    expect(targets.LOW).toBeCloseTo(1000 * 0.8 ** 9, 6);
  });
});

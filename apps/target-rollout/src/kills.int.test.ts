import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, expect, it } from '@jest/globals';
import { sha256 } from '@quantum/policy';
import { fieldsOf, proposedKey, rolloutMultiplierKey, STREAMS } from '@quantum/redis-schemas';
import { verifyAudit } from '@quantum/rollout-commands';
import { auditOf, readEnforced, readState, RolloutHarness } from '@quantum/rollout-testbed';
import { repeat, seeded, waitFor, type Service } from '@quantum/testbed';
import { replayed } from './test-rollout.test-support.js';

const KILLS = Number(process.env['ROLLOUT_KILLS'] ?? 10);
const SEED = Number(process.env['ROLLOUT_SEED'] ?? 1);
const PERIOD_SEC = 10;
const LIFETIME_MS = 30_000;
const TIME_LIMIT_MS = 120_000 + 30_000 * KILLS;

const folder = mkdtempSync(join(tmpdir(), 'kills-'));
const appsFolder = resolve(__dirname, '../../../dist/apps');
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let harnesses: RolloutHarness[] = [];
beforeEach(() => {
  harnesses = [];
});
afterEach(async () => {
  await Promise.all(harnesses.map((harness) => harness.stop()));
});

async function startHarness(): Promise<RolloutHarness> {
  const harness = await RolloutHarness.start({
    appsFolder,
    folder: mkdtempSync(join(folder, 'rollout-')),
    intervalSec: 1,
  });
  harnesses.push(harness);
  return harness;
}

/** Two processes, one the leader; `strike` kills one of them with -9 and starts another. */
async function startPair(harness: RolloutHarness, random = seeded(SEED)): Promise<{ strike: () => Promise<void> }> {
  const pair: Service[] = [await harness.startRollout(), await harness.startRollout()];
  return {
    strike: async () => {
      const [struck] = pair.splice(random.below(2), 1);
      await struck?.kill();
      pair.push(await harness.startRollout());
    },
  };
}

/** Looks at the multipliers again and again, and keeps what `judge` finds wrong with their distances from 1. */
function watchExposure(harness: RolloutHarness, judge: (symbol: string, distance: number) => string | undefined) {
  const found = new Set<string>();
  const look = async (): Promise<void> => {
    const enforced = await readEnforced(harness.redis, harness.symbols);
    for (const [symbol, multiplier] of enforced.epoch) found.add(judge(symbol, Math.abs(multiplier - 1)) ?? '');
    for (const symbol of harness.symbols) {
      const ttlMs = await harness.redis.pttl(rolloutMultiplierKey(symbol));
      if (ttlMs === -1 || ttlMs > LIFETIME_MS) found.add(`${symbol} lives for ${ttlMs} ms`);
    }
  };
  const activity = repeat(look, 30);
  return async (): Promise<string[]> => {
    await activity.stop();
    return [...found].filter((text) => text !== '');
  };
}

const proposedOf = (harness: RolloutHarness, symbol: string): number =>
  harness.market.get(symbol)?.proposal?.multiplier ?? 1;

/** D of each closed period since a time, as text. */
async function periodsOf({ redis }: RolloutHarness, sinceSec: number): Promise<Map<string, string>> {
  const entries = (await redis.xrange(STREAMS.rolloutEvidence, '-', '+')).map(([, flat]) => fieldsOf(flat));
  const periods = entries.filter(({ kind, start }) => kind === 'period' && Number(start) >= sinceSec);
  return new Map(periods.map((p) => [p['start'] ?? '', [p['advantage_bps'], p['missing_share'], p['symbols']].join(' ')])); // prettier-ignore
}

it(
  `gathers the evidence of a run without interruption, over ${KILLS} kills at random times of seed ${SEED}`,
  async () => {
    const random = seeded(SEED);
    const [calm, struck] = [await startHarness(), await startHarness()];
    await calm.startRollout();
    const pair = await startPair(struck);
    await Promise.all([calm.begin(), struck.begin()]);
    const sinceSec = Date.now() / 1000;
    const stopWatching = watchExposure(struck, (symbol, distance) =>
      distance <= 0.5 * Math.abs(proposedOf(struck, symbol) - 1) + 1e-9 ? undefined : `${symbol} is ${distance} from 1`,
    );
    // Prices move late in a period: cycles that come a few seconds late, after a kill, still find those of its start.
    const prices = seeded(SEED + 1);
    const moving = repeat(async () => {
      await delay(1000 * ((2 * PERIOD_SEC + 8 - ((Date.now() / 1000) % PERIOD_SEC)) % PERIOD_SEC));
      for (const symbol of calm.symbols) {
        const before = calm.market.get(symbol)!;
        const market = { ...before, priceUsd: 100 * (0.998 + 0.004 * prices.next()) };
        for (const harness of [calm, struck]) harness.market.set(symbol, market);
      }
    }, 1000);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await delay(random.between(0, 4000));
      await pair.strike();
    }
    const periods = async () => [await periodsOf(calm, sinceSec), await periodsOf(struck, sinceSec)] as const;
    const common = async () => {
      const [ofCalm, ofStruck] = await periods();
      return [...ofStruck.keys()].filter((start) => ofCalm.has(start));
    };
    const atEnd = (await common()).length;
    await waitFor(async () => (await common()).length > atEnd + 1, { what: 'periods after the last kill' });
    await moving.stop();
    expect(await stopWatching()).toEqual([]);

    const [ofCalm, ofStruck] = await periods();
    const both = await common();
    expect(both.map((start) => [start, ofStruck.get(start)])).toEqual(both.map((start) => [start, ofCalm.get(start)]));
    expect(new Set(both.map((start) => ofCalm.get(start))).size).toBeGreaterThan(1); // prices did move
    const [calmState, struckState] = [await readState(calm.redis), await readState(struck.redis)];
    const { name, plan, policy, stage, blend, restarting } = calmState;
    expect(struckState).toMatchObject({ name, plan, policy, stage, blend, restarting });
    expect(await struck.isEnforced()).toBe(true);
    expect(verifyAudit(await auditOf(struck.redis), sha256)).toMatchObject({ ok: true });
    expect(await replayed(struck.redis, struck.plan.plan)).toMatchObject({ unverified: [], differences: [], evidence: { unreadable: [], differences: [] } }); // prettier-ignore
  },
  TIME_LIMIT_MS,
);

it(
  `moves no multiplier away from 1 while an input is unknown, whoever is killed, of seed ${SEED}`,
  async () => {
    const random = seeded(SEED + 2);
    const harness = await startHarness();
    const pair = await startPair(harness);
    const [away = '', ...others] = harness.symbols;
    for (let round = 0; round < Math.max(1, Math.round(KILLS / 5)); round += 1) {
      await harness.begin();
      // Which policy is in force is unknown.
      harness.market.delete(away);
      await harness.writeMarket();
      await harness.redis.hset(proposedKey(away), 'policy', '');
      await waitFor(async () => (await readState(harness.redis)).name === 'holding', { what: 'the hold' });
      const before = (await readEnforced(harness.redis, harness.symbols)).epoch;
      for (const symbol of others) {
        const market = harness.market.get(symbol)!;
        harness.market.set(symbol, { ...market, proposal: { ...market.proposal!, multiplier: 0.7 } });
      }
      const stopWatching = watchExposure(harness, (symbol, distance) =>
        distance <= Math.abs((before.get(symbol) ?? 1) - 1) + 1e-9 ? undefined : `${symbol} is ${distance} from 1`,
      );
      const cyclesUntil = async (): Promise<number> => (await readState(harness.redis)).cycleSec;
      await delay(random.between(0, 2000));
      await pair.strike();
      const struckSec = await cyclesUntil();
      await waitFor(async () => (await cyclesUntil()) > struckSec + 4, { what: 'cycles after the kill' });
      expect(await stopWatching()).toEqual([]);
    }
  },
  TIME_LIMIT_MS,
);

import { join } from 'node:path';
import { connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import {
  parseNumber,
  positionKey,
  proposedKey,
  STREAMS,
  symbolOfTargetKey,
  TARGET_KEY_PATTERN,
  targetKey,
  tickerKey,
} from '@quantum/redis-schemas';
import { GUARD_NAMES } from '@quantum/rollout-guards';
import { giveCommand, putShadowDay, putShadowEntries, readState, shadowDay, testPlan, type TestMarket, type TestPlan, type TestSymbol } from '@quantum/rollout-testbed'; // prettier-ignore
import { lastEntryId, startService, waitFor, type Service } from '@quantum/testbed';

/** A rollout beside the chain. */
export interface ChainRollout {
  /** Rolls back, and stops. @throws Error where the rollout did not do what was commanded */
  end: () => Promise<void>;
}

/** Proposals come late where the machine is busy. */
const LIMIT_MS = 120_000;

const stage = { cohorts: ['all'], direction: 'down_only', minPeriods: 0, approvals: 0, require: 'none' };
/** A minute of prices passes each second: what these guards count is made for the market's own time. */
const WIDE: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  relative_drawdown: { minBps: 10_000 },
  slew: { perCycle: 0.5, perDay: 100, costBpsPerDay: 1000 },
  oscillation: { maxPerSymbolHour: 360 },
  completeness: { minShare: 0 },
  freshness: { maxShare: 1 },
};
const guards = GUARD_NAMES.filter((name) => name !== 'book_drawdown').map((name) => [name, { owner: 'risk', ...WIDE[name] }]); // prettier-ignore

const planOf = (symbols: readonly string[]): TestPlan =>
  testPlan({
    name: 'chain',
    cohorts: { all: symbols },
    guards: Object.fromEntries(guards),
    evidence: { periodSec: 30, clipBps: 40, deltaBpsPerDay: 2, alphaAdvance: 0.05, costBps: 1 },
    stages: [
      { ...stage, name: 'pilot', blend: 0.25, minHours: 0.0005 },
      { ...stage, name: 'half', blend: 0.5, minHours: 24, approvals: 1 },
    ],
  });

/**
 * Waits for proposals, then starts a rollout of all symbols after a day of drawn evidence: two stages, an approval, a
 * hold, until `end`.
 */
export async function startRollout(url: string, distFolder: string, folder: string): Promise<ChainRollout> {
  const redis = connectRedis({ url, host: '', port: 0, db: 0 }, 'evidence');
  await untilReady(redis);
  let isEnding = false;
  let service: Service | undefined;
  const playing = (async () => {
    const market = await proposed(redis, () => isEnding);
    if (market === undefined) return;
    const plan = planOf([...market.keys()]);
    await writeEvidence(redis, plan, market);
    const env = { REDIS_URL: url, ROLLOUT_INTERVAL_SEC: '1', ROLLOUT_USERS: 'ana,ben', LOG_LEVEL: 'info' };
    const mainFile = join(distFolder, 'apps', 'target-rollout', 'main.js');
    service = startService({ name: 'target-rollout', mainFile, env, logFile: join(folder, 'target-rollout.log') });
    await service.listening();
    await play(redis, plan, () => isEnding);
  })();
  playing.catch(() => undefined); // looked at in the end
  return {
    end: async () => {
      isEnding = true;
      try {
        await playing;
        if (service === undefined)
          throw new Error('the run was too short for a rollout: it ended before there were proposals');
        await accepted(redis, 'ana', 'rollback');
      } finally {
        await service?.stop();
        redis.disconnect();
      }
    },
  };
}

async function accepted(redis: Redis, user: string, ...command: [Parameters<typeof giveCommand>[2], Record<string, string>?]): Promise<void> {
  const { event, refusal } = await giveCommand(redis, user, ...command);
  if (refusal !== '') throw new Error(`${event} of ${user} was refused: ${refusal}`);
} // prettier-ignore

/** What operators do, one after the other, until it ends. */
async function play(redis: Redis, { text, hash, plan }: TestPlan, isEnding: () => boolean): Promise<void> {
  const stageInForce = async (index: number): Promise<void> => {
    const isThere = async (): Promise<boolean> => {
      const { stage: at, blend } = await readState(redis);
      return isEnding() || (at === index && blend === plan.stages[index]?.blend);
    };
    await waitFor(isThere, { what: `stage ${index + 1} of the rollout`, timeoutMs: LIMIT_MS });
  };
  await accepted(redis, 'ana', 'submit', { plan_json: text });
  await accepted(redis, 'ana', 'start', { plan: hash });
  await stageInForce(0);
  const steps: (() => Promise<unknown>)[] = [
    async () => {
      const evidence = await lastEntryId(redis, STREAMS.rolloutEvidence);
      await accepted(redis, 'ben', 'approve', { plan: hash, stage: 'half', evidence });
    },
    () => stageInForce(1),
    () => accepted(redis, 'ana', 'hold', { reason: 'a look at it' }),
    () => accepted(redis, 'ben', 'resume', { plan: hash }),
  ];
  for (const step of steps) if (!isEnding()) await step();
}

/** The market once every target has its proposal; undefined: it ends before. */
const proposed = (redis: Redis, isEnding: () => boolean): Promise<TestMarket | undefined> =>
  waitFor(async (): Promise<{ market: TestMarket | undefined } | undefined> => {
    if (isEnding()) return { market: undefined };
    const keys = (await redis.keys(TARGET_KEY_PATTERN)).map((key) => symbolOfTargetKey(Buffer.from(key)));
      const symbols = keys.flatMap((key) => (key.kind === 'symbol' ? [key.symbol] : [])).sort();
    const found = await Promise.all(symbols.map((symbol) => symbolOf(redis, symbol)));
    const market = new Map(symbols.flatMap((symbol, i) => (found[i] ? [[symbol, found[i]] as const] : [])));
    return symbols.length > 0 && market.size === symbols.length ? { market } : undefined;
  }, { what: 'proposals for all targets', timeoutMs: LIMIT_MS }).then(({ market }) => market); // prettier-ignore

async function symbolOf(redis: Redis, symbol: string): Promise<TestSymbol | undefined> {
  const [multiplier, policy] = await redis.hmget(proposedKey(symbol), 'multiplier', 'policy');
  const values = [await redis.hget(targetKey(symbol), 'target_usd'), await redis.hget(positionKey(symbol), 'position_amt'), await priceOf(redis, symbol)]; // prettier-ignore
  const [baseUsd, amount = 0, priceUsd = 100] = values.map((text) => parseNumber(text ?? null));
  const m = parseNumber(multiplier ?? null);
  if (m === undefined || policy == null || baseUsd === undefined) return undefined;
  return { baseUsd, score: 0, priceUsd, amount, proposal: { multiplier: m, policy } };
}

/** The feed makes tickers of another type on purpose. */
const priceOf = (redis: Redis, symbol: string): Promise<string | null> =>
  redis.hget(tickerKey(symbol), 'markPrice').catch(() => null);

async function writeEvidence(redis: Redis, plan: TestPlan, market: TestMarket): Promise<void> {
  const multipliers = new Map([...market].map(([symbol, { proposal }]) => [symbol, proposal?.multiplier ?? 1]));
  const policy = [...market.values()][0]?.proposal?.policy ?? '';
  const day = shadowDay({ plan, policy, multipliers, market, endSec: Date.now() / 1000, seed: 1 });
  await putShadowDay(redis, day);
  await putShadowEntries(redis, day);
}

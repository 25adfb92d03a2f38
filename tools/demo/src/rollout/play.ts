import type { Redis } from '@quantum/redis-io';
import { proposedKey, STREAMS } from '@quantum/redis-schemas';
import { lastEntryId, waitFor } from '@quantum/testbed';
import {
  giveCommand,
  putShadowDay,
  putShadowEntries,
  readState,
  shadowDay,
  submitOpening,
  untilOff,
  writeMarket,
  type ReaderKind,
  type TestPlan,
  type TestSymbol,
} from '@quantum/rollout-testbed';
import { rally, RALLY } from './scenario.js';
import type { Say } from './watch.js';

interface Play {
  redis: Redis;
  plan: TestPlan;
  /** Written again and again beside the play. */
  market: Map<string, TestSymbol>;
  say: Say;
  startRollout: () => Promise<void>;
}

/** Seconds from the breach, which is the write of the prices, to the last reader of each kind. */
export type OffAfterSec = Record<ReaderKind, number>;

const PERIOD_SEC = 10;
const MAX_OFF_MS = 60_000;

/** Plays the plan up to the rollback. @throws Error that says what did not happen */
export async function play({ redis, plan, market, say, startRollout }: Play): Promise<OffAfterSec> {
  const policy = await proposals(redis, [...market.keys()]);
  const multipliers = new Map(policy.map(({ symbol, multiplier }) => [symbol, multiplier]));
  say('proposer', `multipliers ${[...multipliers].map(([symbol, m]) => `${symbol} ${m}`).join(', ')}`);
  await shadow(redis, plan, market, multipliers, policy[0]?.policy ?? '', say);
  await startRollout();

  await accepted(giveCommand(redis, 'ana', 'submit', { plan_json: plan.text }));
  await accepted(giveCommand(redis, 'ana', 'start', { plan: plan.hash }));
  await stage(redis, 0, 'ready');
  const seen = { plan: plan.hash, stage: 'half', evidence: await lastEntryId(redis, STREAMS.rolloutEvidence) };
  await giveCommand(redis, 'ana', 'approve', seen); // is refused: the plan is hers
  await accepted(giveCommand(redis, 'ben', 'approve', seen));
  await stage(redis, 2, 'baking');
  await fullBlend(redis, plan);

  await opening(redis, market, say, true);
  const reduced = [...multipliers].filter(([, multiplier]) => multiplier < 1).map(([symbol]) => symbol);
  rally(market, reduced);
  const fromMs = performance.now();
  await writeMarket(redis, Date.now() / 1000, market);
  say('market', `INCIDENT: ${reduced.join(' and ')}, reduced by the rollout, rise by ${100 * RALLY} %`);
  const off = await untilOff(redis, [...market.keys()], MAX_OFF_MS);
  await waitFor(async () => (await readState(redis)).name === 'rolled_back', { what: 'the rollback' });
  await opening(redis, market, say, false);
  return { epoch: (off.epoch - fromMs) / 1000, expiry: (off.expiry - fromMs) / 1000 };
}

async function accepted(answer: ReturnType<typeof giveCommand>): Promise<void> {
  const { actor, event, refusal } = await answer;
  if (refusal !== '') throw new Error(`${event} of ${actor} was refused: ${refusal}`);
}

/** The size of a plan that the base target of its symbol has room for, and the effective one has not. */
const OPENING_USD = 2_500;

/**
 * Asks the governor to open more of the first symbol: it takes the effective target, and the base once nothing is
 * enforced.
 */
async function opening(redis: Redis, market: ReadonlyMap<string, TestSymbol>, say: Say, isEnforced: boolean): Promise<void> {
  const [symbol, { baseUsd, amount, priceUsd }] = [...market][0] ?? ['', { baseUsd: 0, amount: 0, priceUsd: 1 }];
  const id = `demo-rollout-${isEnforced ? 'enforced' : 'over'}`;
  const decision = await submitOpening(redis, { id, symbol, usd: OPENING_USD, priceUsd });
  const limit = decision.gate === undefined ? `a base of ${baseUsd}` : `an effective target of ${Math.round(Number(decision.block['target_usd']))}`;
  const what = `${OPENING_USD} USD more of ${symbol}, which holds ${Math.round(amount * priceUsd)} of ${limit}`;
  say('governor', `${decision.gate === undefined ? 'PERMIT for' : `REFUSED by ${decision.gate}:`} ${what}`);
  const isRight = decision.gate === (isEnforced ? 'allocation_cap' : undefined);
  if (!isRight) throw new Error(`the governor does not follow the rollout: ${JSON.stringify(decision)}`);
} // prettier-ignore

interface Proposed {
  symbol: string;
  multiplier: number;
  policy: string;
}

/** Waits until every symbol has a proposal with a usable score. */
const proposals = (redis: Redis, symbols: readonly string[]): Promise<Proposed[]> =>
  waitFor(
    async () => {
      const found = await Promise.all(symbols.map((symbol) => redis.hgetall(proposedKey(symbol))));
      if (!found.every(({ reason }) => reason === 'ok')) return undefined;
      return found.map(({ multiplier, policy = '' }, i) => ({ symbol: symbols[i] ?? '', multiplier: Number(multiplier), policy }));
    },
    { what: 'proposals for all symbols' },
  ); // prettier-ignore

async function shadow(
  redis: Redis,
  plan: TestPlan,
  market: Map<string, TestSymbol>,
  multipliers: ReadonlyMap<string, number>,
  policy: string,
  say: Say,
): Promise<void> {
  const day = shadowDay({ plan, policy, multipliers, market, endSec: Date.now() / 1000, seed: 42 });
  await putShadowDay(redis, day);
  await putShadowEntries(redis, day);
  const { band, hours, periods } = day.figures;
  const bps = (value = NaN): string => value.toFixed(2);
  say('shadow', `evidence of a day on drawn prices, made in advance: ${periods} periods, ${hours} hours`);
  say('shadow', `advantage ${bps(band?.mean)} bps an hour, ${bps(band?.low)} to ${bps(band?.high)} (approximate)`);
}

/** Waits for a stage in a state. */
const stage = (redis: Redis, index: number, name: string): Promise<boolean> =>
  waitFor(
    async () => {
      const state = await readState(redis);
      return state.stage === index && state.name === name;
    },
    { what: `stage ${index + 1} to be ${name}` },
  );

/**
 * Waits for the stage's full blend, and for a period that began with the stage: only such a one counts for its gain.
 */
const fullBlend = (redis: Redis, { plan }: TestPlan): Promise<boolean> =>
  waitFor(
    async () => {
      const { blend, stage: index, harmSec } = await readState(redis);
      const firstSec = Math.ceil(harmSec / PERIOD_SEC) * PERIOD_SEC;
      return blend === plan.stages[index]?.blend && Date.now() / 1000 > firstSec + 2;
    },
    { what: 'the blend of the last stage' },
  );

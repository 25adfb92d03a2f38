import { ROLLOUT_STATE_KEY, STREAMS } from '@quantum/redis-schemas';
import type { Redis } from 'ioredis';
import { enough } from '../governor/run.js';
import type { Scenario } from '../scenario.js';
import BEGIN_EARLIER_LUA from './begin-earlier.lua';
import { INPUTS } from './market.js';
import { FRESH_SEC, MAX_HOLD_SEC, OUTSIDE, PILOT, REST } from './plan.js';
import { atStage, enforce, give, holding, isNamed, seconds, untilCycles, untilSeen, withDesk } from './run.js';
import type { Sample } from './sample.js';

const PLANNED = [...PILOT, ...REST];
const [NO_PRICE = '', NO_SCORE = '', NO_PROPOSAL = '', NO_POSITION = ''] = PLANNED;

/**
 * So long every symbol keeps its multiplier: less than the freshness limit, because times of scores are whole seconds.
 */
const KEPT_SEC = FRESH_SEC - 3;

/**
 * Inputs of one symbol each are missing: it keeps its multiplier until its freshness limit, then it is at its base.
 * Without its position, a symbol keeps its multiplier.
 */
const oneMissing: Scenario = {
  name: 'one input missing',
  run: (context) =>
    withDesk(context, {}, async (desk) => {
      await enforce(desk, context, 1, isNamed('done'));
      const { market } = desk;
      await holding(desk, 'away', async () => {
        await Promise.all([market.take(NO_PRICE, ['price']), market.take(NO_SCORE, ['score'])]);
        await Promise.all([market.take(NO_PROPOSAL, ['proposal']), market.take(NO_POSITION, ['position'])]);
        const fromSec = (await desk.watcher.last()).atSec;
        desk.windows.push({ rule: 'kept', fromSec, toSec: fromSec + KEPT_SEC, symbols: PLANNED });
        await untilSeen(desk, 'base', ({ keys }) => keys.every(({ symbol }) => symbol === NO_POSITION));
        await untilCycles(desk);
        const { keys } = await desk.watcher.last();
        desk.findings.push(...enough(keys.length, 1, 'symbols at their multiplier'));
      });
      await market.giveBack();
      await untilSeen(desk, 'all symbols again', ({ keys }) => keys.length === PLANNED.length);
      return {};
    }),
};

/**
 * All inputs are away: no multiplier moves away from 1, and the keys go. They come back where the stage is still in
 * force.
 */
const allAway: Scenario = {
  name: 'all inputs away',
  run: (context) =>
    withDesk(context, {}, async (desk) => {
      await enforce(desk, context, 1, isRaising);
      const { market } = desk;
      await holding(desk, 'away', async () => {
        for (const symbol of PLANNED) await market.take(symbol, INPUTS);
        await untilSeen(desk, 'base', ({ keys }) => keys.length === 0);
        await untilCycles(desk, 3);
      }, PLANNED); // prettier-ignore
      await market.giveBack();
      await untilSeen(desk, 'the last stage', isNamed('done'));
      return {};
    }),
};

/**
 * The stream of the evidence cannot be written: the blend is frozen, and a rollback is obeyed. What waited is there
 * once it can be written.
 */
const evidenceAway: Scenario = {
  name: 'evidence of another type',
  run: (context) =>
    withDesk(context, {}, async (desk) => {
      await enforce(desk, context, 1, atStage(0));
      const { client } = desk.harness;
      const { rolloutEvidence } = STREAMS;
      const written = await client.xlen(rolloutEvidence);
      await client.rename(rolloutEvidence, KEPT_AWAY);
      await client.set(rolloutEvidence, 'x');
      await untilSeen(desk, 'a hold', isNamed('holding'));
      await holding(desk, 'away', () => untilCycles(desk, 3));
      await give(desk, 'rollback');
      await untilSeen(desk, 'a rollback', isNamed('rolled_back'));
      await holding(desk, 'rolled_back', () => untilCycles(desk));
      await client.rename(KEPT_AWAY, rolloutEvidence);
      await untilCycles(desk);
      const more = (await client.xlen(rolloutEvidence)) - written;
      desk.findings.push(...enough(more, 2, 'entries of the evidence that waited'));
      return { 'entries that waited': more };
    }),
};
const KEPT_AWAY = 'evidence kept away';

/** A hold that lasts: the blend is frozen; then a stage down, from the first to off. */
const longHold = (isLong: boolean): Scenario => ({
  name: 'hold that lasts',
  run: (context) =>
    withDesk(context, {}, async (desk) => {
      await enforce(desk, context, 1, isRaising);
      const { client } = desk.harness;
      await give(desk, 'hold');
      await untilSeen(desk, 'a hold', isNamed('holding'));
      await holding(desk, 'away', async () => {
        await untilCycles(desk, 3);
        for (const stage of [0, -1]) {
          if (isLong) await seconds(MAX_HOLD_SEC - 5);
          else await endHold(client);
          await untilSeen(desk, `stage ${stage}`, ({ state }) => (stage < 0 ? state?.name === 'off' : state?.stage === stage)); // prettier-ignore
        }
        await untilSeen(desk, 'no key', ({ keys }) => keys.length === 0);
      }, PLANNED); // prettier-ignore
      return { 'steps down': 2 };
    }),
});

/** In the second stage, and not at its full blend yet. */
const isRaising = ({ state }: Sample): boolean => state?.stage === 1 && state.name === 'baking' && state.blend > 0.2;

/** As if the hold had lasted too long: the state says that it began earlier. */
const endHold = (redis: Redis): Promise<unknown> =>
  redis.eval(BEGIN_EARLIER_LUA, 1, ROLLOUT_STATE_KEY, MAX_HOLD_SEC + 1);

/** A symbol is delisted: its inputs end; another is excluded by an operator. Nothing else changes. */
const delisted: Scenario = {
  name: 'symbol delisted or excluded',
  run: (context) =>
    withDesk(context, {}, async (desk) => {
      await enforce(desk, context, 1, atStage(0));
      const [gone = '', excluded = ''] = PILOT;
      await desk.market.take(gone, INPUTS);
      await give(desk, 'exclude', 'symbols', JSON.stringify([excluded]));
      await untilSeen(desk, 'base', ({ keys }) => PILOT.every((symbol) => keys.every((key) => key.symbol !== symbol)));
      await holding(desk, 'stopped', () => untilCycles(desk, 3), [...PILOT, OUTSIDE]);
      return {};
    }),
};

export const inputScenarios = (isLong: boolean): Scenario[] => [
  oneMissing,
  allAway,
  evidenceAway,
  longHold(isLong),
  delisted,
];

import { STREAMS, windowKey } from '@quantum/redis-schemas';
import type { PriceRow } from '../prices/price-source.js';
import type { Rng } from '@quantum/testbed';
import { baseTargetsUsd, targetWrites } from './allocation.js';
import { fill, type Fill, type Order } from './fills.js';
import { HISTORY_SEC } from './grants.js';
import { nextIncident, type Incident } from './incidents.js';
import { inputWrites } from './inputs.js';
import { advanceMarkets, newMarket, volatilityOf, type Market } from './market.js';
import { draftPlan, OPENING_PLANS, type PlanDraft } from './plans.js';
import type { Write } from './writes.js';

/** Seconds between two ticks. A tick's number is the seconds since the feed's start. */
export const TICK_SEC = 1;
/** P2.9 writes its targets every nth tick; positions and prices are written every tick. */
export const TARGET_EVERY_TICKS = 5;
/** Below this number of symbols, a plan every other tick is enough for the limits, after the fixed plans. */
const MANY_SYMBOLS = 24;
/** Every nth symbol is held short: symbols rise and fall together, and some must lose in every market. */
const SHORT_EVERY = 3;

/** The feed's state of a symbol. */
interface SymbolState {
  symbol: string;
  market: Market;
  /** Whether it is held short. */
  isShort: boolean;
  /** Signed, units of the asset. */
  positionQty: number;
  incident: Incident | undefined;
  grantsSec: readonly number[];
}

/** The state of the feed: the next tick follows from it and from prices, time and random numbers. */
export interface FeedState {
  /** Makes plan ids unique between runs against one Redis. */
  runId: string;
  tick: number;
  plans: number;
  /** Time of the last row of prices, unix seconds. */
  priceTsSec: number;
  symbols: readonly SymbolState[];
}

interface FeedTick {
  state: FeedState;
  writes: Write[];
  /** The order that waits for a permit, if the tick made one. */
  order: Order | undefined;
}

/**
 * The state before the first tick. It starts with a window of prices, oldest row first, and with a part of each target
 * held.
 */
export function startFeed(runId: string, symbols: readonly string[], rows: readonly PriceRow[], rng: Rng): FeedState {
  const [first, ...later] = rows;
  if (first === undefined) throw new Error('the feed needs a row of prices to start with');
  const flat: FeedState = {
    runId,
    tick: 0,
    plans: 0,
    priceTsSec: first.tsEpochSec,
    symbols: symbols.map((symbol, index) => ({
      symbol,
      market: newMarket(first.pricesUsd[index] ?? 1),
      isShort: index % SHORT_EVERY === SHORT_EVERY - 1,
      positionQty: 0,
      incident: undefined,
      grantsSec: [],
    })),
  };
  const state = advancePrices(flat, later);
  const targetsUsd = targetsOf(state);
  const held = state.symbols.map((known, index) => ({
    ...known,
    positionQty: ((known.isShort ? -1 : 1) * (0.4 + 0.5 * rng()) * (targetsUsd[index] ?? 0)) / known.market.priceUsd,
  }));
  return { ...state, symbols: held };
}

const targetsOf = ({ symbols }: FeedState): number[] =>
  baseTargetsUsd(symbols.map(({ market }) => volatilityOf(market)));

/**
 * The feed's state with the permits of an hour before `nowSec`, and the writes that give them to the governor. Only for
 * a private Redis: these are the governor's own keys.
 */
export function withHistory(
  state: FeedState,
  nowSec: number,
): { state: FeedState; symbols: string[]; writes: Write[] } {
  const first = state.symbols.length - HISTORY_SEC.length;
  const symbols = state.symbols.map((known, index) => {
    const agesSec = first > 0 ? HISTORY_SEC[index - first] : undefined;
    return agesSec === undefined ? known : { ...known, grantsSec: agesSec.map((ageSec) => nowSec - ageSec) };
  });
  const withPast = symbols.filter(({ grantsSec }) => grantsSec.length > 0);
  const writes = withPast.map(({ symbol, grantsSec }): Write => {
    const members = grantsSec.map((grantedSec, index) => [`${state.runId}-before-${index}`, grantedSec] as const);
    return { kind: 'window', key: windowKey(symbol), members, ttlSec: 7200 };
  });
  return { state: { ...state, symbols }, symbols: withPast.map(({ symbol }) => symbol), writes };
}

/**
 * One second of the feed. Pure: the same state, fills, rows of prices, time and random numbers give the same writes.
 * Fills have the prices before the new rows.
 */
export function feedTick(
  before: FeedState,
  fills: readonly Fill[],
  rows: readonly PriceRow[],
  nowSec: number,
  rng: Rng,
): FeedTick {
  const filled = before.symbols.map((known) => {
    const { writes, positionQty } = fill(known.symbol, known.positionQty, known.market.priceUsd, fills, nowSec);
    return { writes, known: { ...known, positionQty } };
  });
  const state = advancePrices({ ...before, symbols: filled.map(({ known }) => known) }, rows);
  const incidents = state.symbols.map(({ incident }) => nextIncident(incident, state.tick, rng));
  const targetsUsd = targetsOf(state);
  const writes = filled.flatMap((one) => one.writes);
  state.symbols.forEach(({ symbol, positionQty, market }, index) => {
    const incident = incidents[index]?.kind;
    writes.push(...inputWrites({ symbol, positionQty, priceUsd: market.priceUsd, nowSec, incident }));
    if (state.tick % TARGET_EVERY_TICKS !== 0) return;
    writes.push(...targetWrites(symbol, index, targetsUsd[index] ?? 0, nowSec));
  });
  const plan = planOfTick(state, targetsUsd, nowSec, rng);
  if (plan !== undefined) writes.push({ kind: 'entry', stream: STREAMS.plans, fields: plan.fields });
  const symbols = state.symbols.map((known, index) => ({
    ...known,
    incident: incidents[index],
    grantsSec: plan?.symbol === known.symbol ? plan.grantsSec : known.grantsSec,
  }));
  return {
    state: { ...state, symbols, tick: state.tick + 1, plans: state.plans + (plan === undefined ? 0 : 1) },
    writes,
    order: plan?.order,
  };
}

/** Prices after some minutes. */
function advancePrices(state: FeedState, rows: readonly PriceRow[]): FeedState {
  return rows.reduce((current, row) => {
    const known = current.symbols;
    const restarted = row.tsEpochSec <= current.priceTsSec;
    const markets = advanceMarkets(
      known.map(({ market }) => market),
      row,
      restarted,
    );
    const symbols = known.map((before, index) => ({ ...before, market: markets[index] ?? before.market }));
    return { ...current, symbols, priceTsSec: row.tsEpochSec };
  }, state);
}

function planOfTick(state: FeedState, targetsUsd: readonly number[], nowSec: number, rng: Rng): PlanDraft | undefined {
  // The governor sees a symbol's first target before its first plan.
  if (state.tick === 0) return undefined;
  const unhurried = state.symbols.length < MANY_SYMBOLS && state.plans >= OPENING_PLANS;
  if (unhurried && state.tick % 2 === 1) return undefined;
  const tradables = state.symbols.map(({ symbol, market, positionQty, isShort, grantsSec }, index) => ({
    symbol,
    priceUsd: market.priceUsd,
    targetUsd: targetsUsd[index] ?? 0,
    positionQty,
    isShort,
    grantsSec,
  }));
  return draftPlan(`${state.runId}-${state.plans}`, state.plans, tradables, nowSec, rng);
}

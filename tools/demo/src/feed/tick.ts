import { STREAMS, windowKey } from '@quantum/redis-schemas';
import type { PriceRow } from '../prices/price-source.js';
import type { Rng } from '@quantum/testbed';
import { baseTargetsUsd, positionWrite, targetWrites } from './allocation.js';
import { efficiencyWrite } from './efficiency.js';
import { HISTORY_SEC } from './grants.js';
import { nextIncident, type Incident } from './incidents.js';
import { advanceMarkets, measure, newMarket, type Market } from './market.js';
import { draftPlan, OPENING_PLANS } from './plans.js';
import { confidenceOf, efficiencyScore, scoreTerms, smoothScore } from './score.js';
import type { Write } from './writes.js';

/** Seconds between two ticks. A tick's number is the seconds since the feed's start. */
export const TICK_SEC = 1;
/** P2.9 writes its targets, and P3.3 its positions, every nth tick. */
const TARGET_EVERY_TICKS = 5;
/** Below this number of symbols, a plan every other tick is enough for the limits, after the fixed plans. */
const MANY_SYMBOLS = 24;

/** The feed's state of a symbol. */
interface SymbolState {
  symbol: string;
  market: Market;
  /** The running score, 0..1, undefined before the first. */
  score: number | undefined;
  incident: Incident | undefined;
  /** Fraction of the target that is held, 0..1. */
  heldShare: number;
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

export interface FeedTick {
  state: FeedState;
  writes: Write[];
  /** The plan that waits for a permit, if the tick made one. */
  planId: string | undefined;
}

/** The state before the first tick. It starts with a window of prices, oldest row first. */
export function startFeed(runId: string, symbols: readonly string[], rows: readonly PriceRow[], rng: Rng): FeedState {
  const [first, ...later] = rows;
  if (first === undefined) throw new Error('the feed needs a row of prices to start with');
  const markets = symbols.map((_, index) => newMarket(first.pricesUsd[index] ?? 1));
  const state: FeedState = {
    runId,
    tick: 0,
    plans: 0,
    priceTsSec: first.tsEpochSec,
    symbols: symbols.map((symbol, index) => ({
      symbol,
      market: markets[index] ?? newMarket(1),
      score: undefined,
      incident: undefined,
      heldShare: 0.4 + 0.5 * rng(),
      grantsSec: [],
    })),
  };
  return advancePrices(state, later);
}

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

/** One second of the feed. Pure: the same state, rows of prices, time and random numbers give the same writes. */
export function feedTick(before: FeedState, rows: readonly PriceRow[], nowSec: number, rng: Rng): FeedTick {
  const state = advancePrices(before, rows);
  const efficiencies = state.symbols.map((known) => ({
    symbol: known.symbol,
    score: known.score ?? 0,
    inputAgeMinutes: known.market.minutesUnchanged,
    nowSec,
    incident: nextIncident(known.incident, state.tick, nowSec, rng),
    replace: state.tick === 0 || known.incident?.kind === 'wrong_type',
  }));
  const targetsUsd = baseTargetsUsd(state.symbols.map(({ market }) => measure(market.returns).volatility));
  const writes = efficiencies.map(efficiencyWrite);
  if (state.tick % TARGET_EVERY_TICKS === 0) {
    state.symbols.forEach(({ symbol, market, heldShare }, index) => {
      const targetUsd = targetsUsd[index] ?? 0;
      writes.push(...targetWrites(symbol, index, targetUsd, nowSec));
      writes.push(positionWrite(symbol, heldShare * targetUsd, market.priceUsd, nowSec));
    });
  }
  const plan = planOfTick(state, targetsUsd, nowSec, rng);
  if (plan !== undefined) writes.push({ kind: 'entry', stream: STREAMS.plans, fields: plan.fields });
  const symbols = state.symbols.map((known, index) => ({
    ...known,
    incident: efficiencies[index]?.incident,
    grantsSec: plan?.symbol === known.symbol ? plan.grantsSec : known.grantsSec,
  }));
  return {
    state: { ...state, symbols, tick: state.tick + 1, plans: state.plans + (plan === undefined ? 0 : 1) },
    writes,
    planId: plan?.fields['decision'] === 'EXECUTE' ? plan.fields['plan_id'] : undefined,
  };
}

/** Prices and running scores after some minutes. */
function advancePrices(state: FeedState, rows: readonly PriceRow[]): FeedState {
  return rows.reduce((current, row) => {
    const known = current.symbols;
    const restarted = row.tsEpochSec <= current.priceTsSec;
    const markets = advanceMarkets(
      known.map(({ market }) => market),
      row,
      restarted,
    );
    const terms = scoreTerms(markets.map(({ returns }) => measure(returns)));
    const symbols = known.map((before, index) => {
      const term = terms[index];
      const score = term === undefined ? before.score : smoothScore(before.score, efficiencyScore(term));
      return { ...before, market: markets[index] ?? before.market, score };
    });
    return { ...current, symbols, priceTsSec: row.tsEpochSec };
  }, state);
}

function planOfTick(state: FeedState, targetsUsd: readonly number[], nowSec: number, rng: Rng) {
  // The governor sees a symbol's first target before its first plan.
  if (state.tick === 0) return undefined;
  const unhurried = state.symbols.length < MANY_SYMBOLS && state.plans >= OPENING_PLANS;
  if (unhurried && state.tick % 2 === 1) return undefined;
  const tradables = state.symbols.map(({ symbol, market, score, grantsSec }, index) => ({
    symbol,
    priceUsd: market.priceUsd,
    targetUsd: targetsUsd[index] ?? 0,
    score: score ?? 0,
    confidence: confidenceOf(market.minutesUnchanged),
    grantsSec,
  }));
  return draftPlan(`${state.runId}-${state.plans}`, state.plans, tradables, nowSec, rng);
}

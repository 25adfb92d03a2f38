import { closedFrom, type ClosedJson } from '@quantum/decisions';
import {
  BRAIN_PARAMETERS,
  closePeriod,
  createRules,
  decodeState,
  DEFAULT_PARAMETERS,
  encodeState,
  scoreSymbol,
  type BrainParameters,
  type ScoreRules,
  type StateField,
  type SymbolState,
} from '@quantum/efficiency-score';
import { full } from '@quantum/redis-schemas';
import { mulberry32, type Rng } from '@quantum/testbed';
import type { Case, Env, Vectors } from './file.js';

/** The inputs of an entry of the decision stream. */
export interface ScoreGiven {
  now: string;
  /** Empty where unknown, as are the next two. */
  reserved_usd: string;
  performance: string;
  last_execution: string;
  /** The period that the entry closes. */
  closed?: ClosedJson;
  /** The state before it; absent for a new symbol. */
  state?: Readonly<Record<StateField, string>>;
}

/** A period near 2025-11-17 on the grid of 60 s. */
const FIRST = 29_389_780;
const DEFAULTS: Env = Object.fromEntries(
  Object.entries(BRAIN_PARAMETERS).map(([name, property]) => [name, String(DEFAULT_PARAMETERS[property])]),
);
/** Parameters under which a few periods already move the score. */
const QUICK = { BRAIN_PRIOR_SR_PER_DAY: '10', BRAIN_CONF_PERIODS: '5', BRAIN_HALFLIFE_SEC: '3600' };

const rulesOf = (config: Env): ScoreRules =>
  createRules(
    Object.fromEntries(
      Object.entries(BRAIN_PARAMETERS).map(([name, property]) => {
        const text = config[name] ?? '';
        return [property, property === 'model' ? text : Number(text)];
      }),
    ) as unknown as BrainParameters,
  );

const optional = (text: string): number | undefined => (text === '' ? undefined : Number(text));

/** The answer to an entry, and the state after it. */
function scored(
  given: ScoreGiven,
  rules: ScoreRules,
): { expect: Record<string, string>; after: SymbolState | undefined } {
  const before = given.state === undefined ? undefined : decodeState(given.state, rules).state;
  const closing = given.closed && closePeriod(before, closedFrom(given.closed), rules);
  const after = closing?.closed ? closing.state : before;
  const inputs = {
    nowSec: Number(given.now),
    reservedUsd: optional(given.reserved_usd),
    performance: optional(given.performance),
    lastExecutionSec: optional(given.last_execution),
  };
  const score = scoreSymbol(after, inputs, rules);
  const expect = {
    result: closing?.closed ? (closing.measure.missing ?? 'measured') : '',
    skipped: closing?.closed ? full(closing.skippedPeriods) : '',
    efficiency_score: full(score.score),
    confidence: full(score.confidence),
    efficiency_ewma: full(score.scoreEwma),
    capital_pressure: score.capitalPressure,
    reallocation_weight: full(score.reallocationWeight),
    score_posterior: full(score.scorePosterior),
    score_p31_v1: full(score.scoreP31V1),
    n_eff: full(score.effectivePeriods),
    coverage: full(score.coverage),
    mean_bps: full(score.meanBpsPerDay),
    sd_bps: full(score.sdBpsPerDay),
    drawdown_usd: full(score.drawdownUsd),
    idle_sec: full(score.idleSec),
    ...(after === undefined ? {} : encodeState(after, rules)),
  };
  return { expect, after };
}

const closed = (period: number, changes: Partial<ClosedJson> = {}): ClosedJson => ({
  period, position: 2, price: 100, reserved_usd: 1000, fills: [], fees_usd: 0, funding_usd: 0, oldest_input: period * 60, ...changes,
}); // prettier-ignore

const entry = (period: number, changes: Partial<ScoreGiven> = {}): ScoreGiven => ({
  now: String((period + 1) * 60 + 0.25), reserved_usd: '1000', performance: '', last_execution: '', ...changes,
}); // prettier-ignore

/** Cases in a row: each but the first has the state after the last. */
function chain(name: string, config: Env, entries: readonly ScoreGiven[]): Case<ScoreGiven>[] {
  const rules = rulesOf({ ...DEFAULTS, ...config });
  let after: SymbolState | undefined;
  return entries.map((one, i) => {
    const given = after === undefined ? one : { ...one, state: encodeState(after, rules) };
    after = scored(given, rules).after;
    return { name: `${name}, ${i + 1}`, config, given };
  });
}

const MISSING: Readonly<Record<string, Partial<ClosedJson>>> = {
  'no base target': { reserved_usd: undefined },
  'a negative base target': { reserved_usd: -5 },
  'no price': { price: undefined },
  'a price of 0': { price: 0 },
  'a fill without a price': { fills: [[1, 0]] },
  'garbage in the price': { price: 1e300 },
};

function namedCases(): Case<ScoreGiven>[] {
  const period = (i: number, changes: Partial<ClosedJson> = {}, more: Partial<ScoreGiven> = {}) =>
    entry(FIRST + i, { closed: closed(FIRST + i, changes), ...more });
  return [
    { name: 'a new symbol', given: entry(FIRST) },
    ...chain('a gain, a loss', QUICK, [
      period(0),
      period(1, { price: 104 }),
      period(2, { price: 101.5 }),
      entry(FIRST + 2),
    ]),
    ...chain('a flat symbol', QUICK, [period(0, { position: 0 }), period(1, { position: 0, price: undefined })]),
    ...chain('a short that is closed at a loss', QUICK, [
      period(0, { position: -3 }),
      period(1, { position: 0, price: 103, fills: [[3, 102.5]], fees_usd: 0.31, funding_usd: -0.02 }),
      period(2, { position: 0, price: 90 }, { last_execution: String((FIRST + 1) * 60) }),
    ]),
    ...chain('an unknown position, with a reported gain', QUICK, [
      period(0, { position: undefined }),
      period(1, { position: undefined, reported_gain_usd: 12.5 }),
      period(2, { position: 1 }),
    ]),
    ...chain('two skipped periods', QUICK, [period(0), period(1, { price: 104 }), period(4), period(5, { price: 99 })]),
    ...chain('the same period again', QUICK, [period(0), period(0, { price: 104 }), period(1, { price: 101 })]),
    ...Object.entries(MISSING).flatMap(([name, changes]) =>
      chain(name, QUICK, [period(0), period(1, { price: 104 }), period(2, changes), period(3, { price: 105 })]),
    ),
    ...chain('a hurdle', { ...QUICK, BRAIN_HURDLE_BPS_PER_DAY: '144' }, [period(0), period(1), period(2, { price: 100.02 })]),
    ...chain('stale and future inputs', QUICK, [
      period(0),
      period(1, { price: 104, oldest_input: (FIRST - 3) * 60 }),
      entry(FIRST + 9),
      period(10),
      period(11, { price: 103, oldest_input: (FIRST + 11) * 60_000 }),
    ]),
    ...chain('the published formula', { ...QUICK, BRAIN_MODEL: 'p31_v1' }, [
      period(0, { performance: 0.4 }),
      period(1, { price: 110, performance: 0.8, last_execution: FIRST * 60 }, { performance: '-0.5' }),
      period(2, { price: 95, performance: 3 }, { performance: '7', reserved_usd: '0.5', last_execution: String(FIRST * 60_000) }),
      entry(FIRST + 90, { performance: '-1' }),
    ]),
  ]; // prettier-ignore
}

/** A walk of prices and positions with every kind of gap. */
function randomChain(name: string, config: Env, random: Rng, length: number): Case<ScoreGiven>[] {
  const periodSec = Number(config['BRAIN_PERIOD_SEC'] ?? 60);
  let [period, price, position] = [FIRST, 100, 0];
  const entries = Array.from({ length }, (): ScoreGiven => {
    period += random() < 0.9 ? 1 : 1 + Math.floor(random() * 5);
    price *= 1 + 0.004 * (random() - 0.5);
    const traded = random() < 0.3 ? Math.round(10 * (random() - 0.5)) : 0;
    position += traded;
    const changes: Partial<ClosedJson> = {
      price: random() < 0.95 ? price : undefined,
      position: random() < 0.95 ? position : undefined,
      reserved_usd: random() < 0.95 ? 1000 : undefined,
      fills: traded === 0 ? [] : [[traded, price * (1 + 0.001 * (random() - 0.5))]],
      fees_usd: Math.abs(traded) * 0.04,
      oldest_input: period * periodSec - 100 * random(),
      performance: random() < 0.5 ? 2 * random() - 1 : undefined,
      last_execution: traded === 0 ? undefined : (period + random()) * periodSec,
    };
    const now = String((period + 1) * periodSec + 200 * random());
    return entry(period, { closed: closed(period, changes), now, performance: full(2 * random() - 1) });
  });
  return chain(name, config, entries);
}

/** Scores of the efficiency brain. */
export const scores: Vectors<ScoreGiven> = {
  about:
    'Entries of the decision stream of the efficiency brain: inputs, the period that the entry closes, and the state before it; then the ' +
    'scores and the state after it. Numbers agree to 1e-12, relatively where they exceed 1. See docs/brain.md.',
  config: DEFAULTS,
  cases: [
    ...namedCases(),
    ...randomChain('random', QUICK, mulberry32(18), 60),
    ...randomChain('random, by default', {}, mulberry32(19), 20),
    ...randomChain('random, published', { ...QUICK, BRAIN_MODEL: 'p31_v1', BRAIN_PERIOD_SEC: '59.5' }, mulberry32(20), 20),
  ],
  answer: (given, config) => scored(given, rulesOf(config)).expect,
}; // prettier-ignore

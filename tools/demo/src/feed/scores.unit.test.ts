import { describe, expect, it } from '@jest/globals';
import { decideScore, knownInputs, type ScoreDecision } from '@quantum/decisions';
import { createRules, DEFAULT_PARAMETERS, type ClosedPeriod, type SymbolState } from '@quantum/efficiency-score';
import {
  parsePositionReading,
  parseReserved,
  parseTicker,
  POSITION_FIELDS,
  positionKey,
  TARGET_FIELDS,
  targetKey,
  TICKER_FIELDS,
  tickerKey,
} from '@quantum/redis-schemas';
import { BRAIN_VALUES } from '../services/brain-values.js';
import type { IncidentKind } from './incidents.js';
import { feedTick, startFeed } from './tick.js';

const NOW_SEC = 1_763_400_000;
/** The third symbol is held short. */
const SYMBOLS = ['FALLS', 'RISES', 'RISES_SHORT'];
const rules = createRules({
  ...DEFAULT_PARAMETERS,
  periodSec: Number(BRAIN_VALUES.BRAIN_PERIOD_SEC),
  halflifeSec: Number(BRAIN_VALUES.BRAIN_HALFLIFE_SEC),
  confidencePeriods: Number(BRAIN_VALUES.BRAIN_CONF_PERIODS),
  priorSrPerDay: Number(BRAIN_VALUES.BRAIN_PRIOR_SR_PER_DAY),
  staleSec: Number(BRAIN_VALUES.P31_STALE_SEC),
});
const MIN_CONFIDENCE = 0.65;

/** Never begins an incident. */
const calm = (): number => 0.999;
const row = (minute: number) => {
  const wave = 0.004 * Math.sin(minute);
  const drift = 0.0008 * minute;
  return { tsEpochSec: 60 * minute, pricesUsd: [-drift, drift, drift].map((move) => 100 * Math.exp(move + wave)) };
};

/** The brain's decisions on each second of the feed; of the second symbol with an incident from a second on. */
function play(seconds: number, incident?: { kind: IncidentKind; fromSec: number }): ScoreDecision[][] {
  const warmUp = Array.from({ length: 31 }, (_, minute) => row(minute));
  let state = startFeed('run', SYMBOLS, warmUp, calm);
  const hashes = new Map<string, Readonly<Record<string, string>>>();
  const states = new Map<string, SymbolState | undefined>();
  const valuesOf = (key: string, names: readonly string[]) => names.map((name) => hashes.get(key)?.[name] ?? null);
  return Array.from({ length: seconds }, (_, second) => {
    if (incident?.fromSec === second) {
      const hit = { kind: incident.kind, untilTick: Infinity };
      state = { ...state, symbols: state.symbols.map((known, i) => (i === 1 ? { ...known, incident: hit } : known)) };
    }
    const nowSec = NOW_SEC + second;
    const outcome = feedTick(state, [], [row(warmUp.length + second)], nowSec, calm);
    state = outcome.state;
    for (const write of outcome.writes) {
      if (write.kind === 'hash') hashes.set(write.key, write.fields);
      else if (write.kind !== 'entry') hashes.delete(write.key);
    }
    return SYMBOLS.map((symbol) => {
      const reading = {
        symbol,
        position: parsePositionReading(valuesOf(positionKey(symbol), POSITION_FIELDS)),
        ticker: parseTicker(valuesOf(tickerKey(symbol), TICKER_FIELDS)),
        reserved: parseReserved(valuesOf(targetKey(symbol), TARGET_FIELDS)),
        attribution: parseTicker([]),
      };
      const { end, oldestInputSec, reservedUsd, performance } = knownInputs(reading, nowSec, true, rules);
      const cycle = { nowSec, reservedUsd, performance, lastExecutionSec: undefined };
      const flow = { fills: [], feesUsd: 0, fundingUsd: 0, reportedGainUsd: undefined };
      const closing: ClosedPeriod = { ...cycle, ...flow, period: nowSec, end, oldestInputSec };
      const decision = decideScore({ symbol, before: states.get(symbol), closing, cycle }, rules);
      states.set(symbol, decision.after);
      return decision;
    });
  });
}

describe('scores of what the feed writes', () => {
  it('leave 0.5 by what positions earn, with a confidence that counts', () => {
    const [falls, rises, risesShort] = play(60)
      .at(-1)!
      .map(({ score }) => score);
    expect(rises!.score).toBeGreaterThan(0.6);
    for (const losing of [falls!, risesShort!]) expect(losing.score).toBeLessThan(0.4);
    for (const { confidence } of [falls!, rises!, risesShort!]) expect(confidence).toBeGreaterThan(MIN_CONFIDENCE);
  });

  it.each(['halt', 'late', 'no_price', 'malformed_price', 'wrong_type'] as const)(
    'lose confidence, and hardly move, in an incident: %s',
    (kind) => {
      const hit = play(80, { kind, fromSec: 60 });
      const [before, after] = [hit[59]![1]!.score, hit[79]![1]!.score];
      expect(before.confidence).toBeGreaterThan(MIN_CONFIDENCE);
      expect(after.confidence).toBeLessThan(MIN_CONFIDENCE);
      expect(Math.abs(after.score - before.score)).toBeLessThan(0.15);
      expect(after.score).toBeGreaterThan(0.6);
      expect(hit[79]![0]!.score.confidence).toBeGreaterThan(MIN_CONFIDENCE);
    },
  );
});

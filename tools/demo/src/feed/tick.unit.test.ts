import { describe, expect, it } from '@jest/globals';
import { EXECUTION_STREAMS, positionKey, STREAMS, tickerKey } from '@quantum/redis-schemas';
import { simulatedSource } from '../prices/simulated.js';
import { rngOfTick } from '../random.js';
import { BOOK_USD } from './allocation.js';
import type { Fill } from './fills.js';
import { paceOf } from './grants.js';
import { feedTick, startFeed, withHistory, type FeedState } from './tick.js';
import type { Write } from './writes.js';

const NOW_SEC = 1_763_400_000;

/** A minute of the feed, as its writes. */
function play(seed: number, ticks: number): { writes: Write[]; states: FeedState[] } {
  const source = simulatedSource(seed);
  const warmUp = Array.from({ length: 31 }, () => source.next());
  let state = startFeed('run', source.symbols, warmUp, rngOfTick(seed, -1));
  const writes: Write[] = [];
  const states = [state];
  for (let tick = 0; tick < ticks; tick += 1) {
    const outcome = feedTick(state, [], [source.next()], NOW_SEC + tick, rngOfTick(seed, tick));
    state = outcome.state;
    writes.push(...outcome.writes);
    states.push(state);
  }
  return { writes, states };
}

const entries = (writes: readonly Write[], stream: string) =>
  writes.flatMap((write) => (write.kind === 'entry' && write.stream === stream ? [write.fields] : []));

describe('a tick of the feed', () => {
  it('follows only from seed, prices and time', () => {
    expect(play(42, 60).writes).toEqual(play(42, 60).writes);
    expect(play(42, 60).writes).not.toEqual(play(43, 60).writes);
  });

  it('leaves the previous state unchanged', () => {
    const { states } = play(42, 3);
    const before = structuredClone(states[1]);
    feedTick(states[1]!, [], [simulatedSource(1).next()], NOW_SEC, rngOfTick(1, 1));
    expect(states[1]).toEqual(before);
  });

  it('writes targets every five seconds, which add up to the capital', () => {
    const targets = entries(play(42, 11).writes, STREAMS.allocationDecision);
    expect(targets).toHaveLength(3 * 12);
    const sum = targets.slice(0, 12).reduce((total, fields) => total + Number(fields['target_usd']), 0);
    expect(sum).toBeCloseTo(BOOK_USD, 0);
  });

  it('writes position and price of each symbol every second, and holds some symbols short', () => {
    const { writes, states } = play(42, 3);
    const { symbols } = states[0]!;
    expect(symbols.filter(({ positionQty }) => positionQty < 0)).toHaveLength(symbols.length / 3);
    for (const { symbol, incident } of states[3]!.symbols) {
      if (incident !== undefined) continue;
      for (const key of [positionKey(symbol), tickerKey(symbol)]) {
        expect(writes.filter((write) => write.kind === 'hash' && write.key === key)).toHaveLength(3);
      }
    }
  });

  it('changes positions by fills, and reports them where the brain reads executions', () => {
    const [state] = play(42, 0).states;
    const [{ symbol, positionQty, market }] = state!.symbols as [FeedState['symbols'][number]];
    const fillOf = (planId: string, signedQty: number, closing: boolean) => ({ planId, symbol, signedQty, closing });
    const after = (fills: readonly Fill[]) =>
      feedTick(state!, fills, [simulatedSource(42).next()], NOW_SEC, rngOfTick(42, 0));

    const opened = after([fillOf('p1', 3, false)]);
    expect(opened.state.symbols[0]?.positionQty).toBe(positionQty + 3);
    const [entry] = entries(opened.writes, STREAMS.executionResult);
    expect(EXECUTION_STREAMS.execution_result.adapter(entry!, NOW_SEC)).toEqual({
      result: 'ok',
      statesTime: true,
      execution: {
        ...{ symbol, atSec: NOW_SEC, orderId: 'p1', netPnlUsd: undefined },
        ...{ fill: { qty: 3, priceUsd: market.priceUsd }, feesUsd: 0.0004 * 3 * market.priceUsd },
      },
    });

    const closed = after([fillOf('p2', -2 * positionQty, true), fillOf('p3', -1, true)]);
    expect(closed.state.symbols[0]?.positionQty).toBe(0);
    expect(entries(closed.writes, STREAMS.executionResult)).toHaveLength(1);
    expect(closed.writes).toContainEqual({ kind: 'delete', key: positionKey(symbol) });
  });

  it('makes plans with unique ids', () => {
    const ids = entries(play(42, 60).writes, STREAMS.plans).map((fields) => fields['plan_id']);
    expect(ids.length).toBeGreaterThan(20);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the history of a private Redis', () => {
  it('leaves one symbol at its hourly limit, and one at its five-minute limit', () => {
    const { state, symbols, writes } = withHistory(play(42, 0).states[0]!, NOW_SEC);
    expect(symbols).toEqual(state.symbols.slice(-2).map(({ symbol }) => symbol));
    const paces = state.symbols.map(({ grantsSec }) => paceOf(grantsSec, NOW_SEC + 5));
    expect(paces.slice(-2)).toEqual(['busy_hour', 'busy_minutes']);
    expect(new Set(paces.slice(0, -2))).toEqual(new Set(['free']));
    expect(writes.map(({ kind }) => kind)).toEqual(['window', 'window']);
  });
});

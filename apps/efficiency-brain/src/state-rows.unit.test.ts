import { expect, it } from '@jest/globals';
import { closePeriod, createRules, DEFAULT_PARAMETERS, type SymbolState } from '@quantum/efficiency-score';
import { StateRows } from './state-rows.js';

const rules = createRules(DEFAULT_PARAMETERS);

function stateAfter(periods: number, seed: number): SymbolState {
  let state: SymbolState | undefined;
  for (let i = 0; i < periods; i += 1) {
    const end = { positionQty: seed, priceUsd: i === 7 ? undefined : 100 + Math.sin(seed * i) };
    const inputs = { reservedUsd: 1000 + seed, performance: 0.1, lastExecutionSec: i % 2 === 0 ? undefined : 60 * i };
    const flow = { fills: [], feesUsd: 0.1 * i, fundingUsd: 0.01, reportedGainUsd: undefined };
    const closing = closePeriod(state, { period: i, end, ...inputs, ...flow, oldestInputSec: 60 * i + 0.5 }, rules);
    if (closing.closed) state = closing.state;
  }
  if (!state) throw new Error('no period');
  return state;
}

it('gives back what was set, to the bit, with and without measured periods, through growth and deletion', () => {
  const rows = new StateRows();
  const states = new Map(Array.from({ length: 3000 }, (_, i) => [`S${i}`, stateAfter(1 + (i % 12), i / 7)]));
  for (const [symbol, state] of states) rows.set(symbol, state);
  for (const [symbol, state] of states) expect(rows.get(symbol)).toStrictEqual(state);
  const gone = [...states.keys()].filter((_, i) => i % 3 === 0);
  for (const symbol of gone) {
    rows.delete(symbol);
    states.delete(symbol);
  }
  const fresh = stateAfter(20, 3);
  rows.set('NEW', fresh);
  states.set('NEW', fresh);
  expect([...rows.symbols()].sort()).toEqual([...states.keys()].sort());
  for (const [symbol, state] of states) expect(rows.get(symbol)).toStrictEqual(state);
  expect(gone.map((symbol) => rows.get(symbol))).toEqual(gone.map(() => undefined));
  rows.clear();
  expect([...rows.symbols()]).toEqual([]);
});

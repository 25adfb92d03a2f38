import { describe, expect, it } from '@jest/globals';
import { applyDelta, deltaOf, foldCycle, newModel, type SnapshotDelta } from './index.js';

describe('the example of the README', () => {
  it('holds', () => {
    let model = newModel([{ name: 'governor', app: 'governor-plugin', isExpected: true }]);
    const before = model.snapshot;
    const fields = ['symbol', 'BTCUSDT', 'base_target', '1000', 'multiplier', '1.4', 'reason', 'ok'];
    model = foldCycle(model, { nowSec: 1763400000, proposals: [{ id: '1763400000000-0', fields }] });
    expect(model.snapshot.symbols.get('BTCUSDT')).toMatchObject({ baseUsd: 1000, multiplier: 1.4, reason: 'ok' });

    const delta = deltaOf(before, model.snapshot); // undefined: nothing to send
    expect(applyDelta(before, JSON.parse(JSON.stringify(delta)) as SnapshotDelta)).toEqual(model.snapshot);
    expect(foldCycle(model, { nowSec: 1763400001 }).snapshot).toBe(model.snapshot); // no news: the same object
  });
});

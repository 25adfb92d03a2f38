import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldCycle, newModel } from '../fold/model.js';
import { cycles, NOW, proposal, SERVICES } from '../readings.test-support.js';
import type { CycleReadings } from '../readings.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { applyDelta, deltaOf, type SnapshotDelta } from './delta.js';
import { applyList, listDelta } from './list.js';
import { decodeSnapshot, encodeSnapshot } from './wire.js';

/** The snapshots after each of these cycles, the one before them first. */
function snapshotsOf(all: readonly CycleReadings[]): Snapshot[] {
  let model = newModel(SERVICES);
  return [model.snapshot, ...all.map((readings) => (model = foldCycle(model, readings)).snapshot)];
}
const overTheWire = (delta: SnapshotDelta): SnapshotDelta => JSON.parse(JSON.stringify(delta)) as SnapshotDelta;

describe('a delta', () => {
  it('applied to the snapshot before, over the wire, is the snapshot after', () => {
    fc.assert(
      fc.property(cycles, (all) => {
        const snapshots = snapshotsOf(all);
        const last = snapshots.at(-1) as Snapshot;
        let seen = decodeSnapshot(encodeSnapshot(snapshots[0] as Snapshot));
        snapshots.forEach((after, i) => {
          const before = snapshots[i - 1] ?? after;
          const delta = deltaOf(before, after);
          expect(delta === undefined).toBe(before === after);
          if (delta) seen = applyDelta(seen, overTheWire(delta));
          expect(seen).toEqual(after);
          const missed = deltaOf(after, last); // of a client that has missed some
          expect(missed ? applyDelta(after, overTheWire(missed)) : after).toEqual(last);
        });
      }),
    );
  });

  it('between snapshots of different models is right too', () => {
    fc.assert(
      fc.property(cycles, cycles, (some, others) => {
        const [before, after] = [snapshotsOf(some).at(-1) as Snapshot, snapshotsOf(others).at(-1) as Snapshot];
        const delta = deltaOf(before, after);
        expect(applyDelta(before, overTheWire(delta ?? { from: before.number, to: after.number }))).toEqual(after);
      }),
    );
  });

  it('has the fields that changed, and one point of the history', () => {
    const [, before, after] = snapshotsOf([
      { nowSec: NOW, proposals: [proposal(NOW, 'AAA', { score: 0.5 }), proposal(NOW, 'BBB', {}, 1)] },
      { nowSec: NOW + 60, proposals: [proposal(NOW + 60, 'AAA', { score: 0.6 }), proposal(NOW + 60, 'BBB', {}, 1)] },
    ]);
    const delta = deltaOf(before as Snapshot, after as Snapshot);
    const minute = Math.floor((NOW + 60) / 60);
    expect(delta?.symbols).toEqual([{ symbol: 'AAA', score: 0.6, scores: { added: [[minute, 0.6]], from: 0, kept: 1 } }]); // prettier-ignore
    expect(Object.keys(delta ?? {}).sort()).toEqual(['from', 'symbols', 'to', 'totals']);
  });

  it('is refused by any other snapshot', () => {
    const [before, after] = snapshotsOf([{ nowSec: NOW, proposals: [proposal(NOW, 'AAA')] }]) as [Snapshot, Snapshot];
    expect(() => applyDelta(after, deltaOf(before, after) as SnapshotDelta)).toThrow(RangeError);
  });
});

describe('the delta of a list', () => {
  it('gives the list after, whatever changed', () => {
    const list = fc.uniqueArray(fc.nat(20), { maxLength: 12 });
    fc.assert(
      fc.property(list, list, (before, after) => {
        expect(applyList(before, listDelta(before, after))).toEqual(after);
      }),
    );
  });

  it('sends what is new at the front', () => {
    expect(listDelta([3, 2, 1], [5, 4, 3, 2])).toEqual({ added: [5, 4], from: 0, kept: 2 });
    expect(listDelta([3, 2, 1], [4, 2, 1])).toEqual({ added: [4], from: 1, kept: 2 });
  });
});

import { describe, expect, it } from '@jest/globals';
import { applyDelta, decodeSnapshot, type Snapshot, type SnapshotDelta } from '@quantum/read-model';
import { EventParser } from '../browser/events.js';
import { aRow, aSnapshot, bySymbol } from '../view/snapshot.test-support.js';
import { Journal } from './journal.js';

const at = (number: number): Snapshot =>
  aSnapshot({ number, symbols: bySymbol(aRow('AAA', { score: number / 1000 })) });

/** The snapshot that a page has after these events. */
function after(buffers: readonly Buffer[], before?: Snapshot): Snapshot | undefined {
  const events = new EventParser().take(Buffer.concat(buffers).toString());
  return events.reduce<Snapshot | undefined>(
    (shown, { event, data }) =>
      event === 'snapshot' ? decodeSnapshot(data) : applyDelta(shown!, JSON.parse(data) as SnapshotDelta),
    before,
  );
}

describe('a journal', () => {
  it('gives the whole snapshot to a page that is new, or that another process served', () => {
    const journal = new Journal(at(3), 'b');
    for (const lastId of [undefined, '', 'a-3', 'b-2', 'b-4', 'b', '3'])
      expect(after(journal.since(lastId))).toEqual(at(3));
  });

  it('gives nothing to a page that has seen everything, and to the others what they lack', () => {
    const journal = new Journal(at(0), 'b');
    for (let number = 1; number <= 5; number += 1) expect(journal.take(at(number))).toBeDefined();
    expect(journal.since('b-5')).toEqual([]);
    expect(journal.since('b-2')).toHaveLength(3);
    expect(after(journal.since('b-2'), at(2))).toEqual(at(5));
  });

  it('has no event for a cycle without news', () => {
    const journal = new Journal(at(0), 'b');
    const same = journal.snapshot;
    expect([journal.take(same), journal.since('b-0')]).toEqual([undefined, []]);
  });

  it('forgets what is long ago: the page then gets the snapshot', () => {
    const journal = new Journal(at(0), 'b');
    for (let number = 1; number <= 200; number += 1) journal.take(at(number));
    expect(journal.since('b-79')).toHaveLength(1);
    expect(after(journal.since('b-79'))).toEqual(at(200));
    expect(after(journal.since('b-80'), at(80))).toEqual(at(200));
  });
});

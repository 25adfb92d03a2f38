import { describe, expect, it } from '@jest/globals';
import { fieldsOf } from '@quantum/redis-schemas';
import fc from 'fast-check';
import { every, NOW, P } from './cycles.test-support.js';
import { evidenceFields, EvidenceReplayer, type EvidenceReplay, type StreamEntry } from './index.js';
import { changed, entriesFrom, entryAt, HOURS, stream, UNTIL } from './stream.test-support.js';

function replayEvidence(entries: readonly StreamEntry[]): EvidenceReplay {
  const replayer = new EvidenceReplayer();
  for (const entry of entries) replayer.take(entry);
  return replayer.result();
}
const without = (...left: StreamEntry[]) => stream.filter((entry) => !left.includes(entry));
const withChange = (entry: StreamEntry, field: string, value: (text: string) => string) =>
  stream.map((each) => (each === entry ? changed(each, (name, text) => (name === field ? value(text) : text)) : each));

describe('a replay', () => {
  const clean = { unreadable: [], differences: [], superseded: 0 };

  it('computes each figure again, to the bit', () => {
    expect(replayEvidence(stream)).toEqual({ periods: HOURS * 12, hours: HOURS, ...clean });
    expect(replayEvidence([])).toEqual({ periods: 0, hours: 0, ...clean });
  });

  const FIGURES = /^(advantages?_bps|missing_share|symbols|effective_.*|before|after|e_.*)$/;

  it('finds any digit of a figure that was changed', () => {
    const places = stream.flatMap((entry, at) =>
      entry.fields.flatMap((text, field) =>
        field % 2 === 1 && FIGURES.test(entry.fields[field - 1]!)
          ? [...text.matchAll(/\d/g)].map(({ index }) => ({ at, field, index }))
          : [],
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.integer({ min: 1, max: 9 }), ({ at, field, index }, by) => {
        const entry = stream[at]!;
        const text = entry.fields[field]!;
        const digit = String((Number(text[index]) + by) % 10);
        const fields = entry.fields.with(field, text.slice(0, index) + digit + text.slice(index + 1));
        // A last digit that is no other double changes nothing.
        if (JSON.stringify(numbersOf(fields[field]!)) === JSON.stringify(numbersOf(text))) return;
        const { differences, unreadable } = replayEvidence(stream.with(at, { id: entry.id, fields }));
        expect([entry.fields[field - 1], text.length, differences.length + unreadable.length > 0]).toEqual([entry.fields[field - 1], text.length, true]); // prettier-ignore
      }),
      { numRuns: 60 },
    );
  });

  it.each([1, 2, 4, 5, 6, 7, 8])('finds another input of a period: place %d of a row', (place) => {
    const entry = entryAt('period', 40);
    const other = withChange(entry, 'rows', (text) => {
      const [row, ...rows] = JSON.parse(text) as number[][];
      return JSON.stringify([row!.with(place, -(row![place]! - (place === 4 ? 0 : 2 * row![place]! + 0.01))), ...rows]);
    });
    expect(replayEvidence(other).differences.map(({ id }) => id)).toContain(entry.id);
  });

  it('names the entry, the field and both values', () => {
    const entry = entryAt('period', 3);
    const recorded = fieldsOf(entry.fields)['advantage_bps']!;
    expect(replayEvidence(withChange(entry, 'advantage_bps', () => '7')).differences).toEqual([
      { id: entry.id, field: 'advantage_bps', recorded: '7', replayed: recorded },
    ]);
  });

  it('finds a period that is lost, and one that is missing from its hour', () => {
    const lost = entryAt('period', 30);
    const hour = entryAt('hour', 2);
    const d = fieldsOf(lost.fields)['advantage_bps'];
    expect(replayEvidence(without(lost)).differences).toEqual([{ id: hour.id, field: 'advantages_bps[6]', recorded: d, replayed: '' }]); // prettier-ignore
  });

  it('finds an hour that is lost, added or reordered', () => {
    const [first, second, third] = [1, 2, 3].map((i) => entryAt('hour', i));
    const fieldsIn = (entries: StreamEntry[]) =>
      replayEvidence(entries).differences.map(({ id, field }) => [id, field]);
    expect(fieldsIn(without(second!))).toEqual([[third!.id, 'before']]);
    const other = changed(second!, (field, text) => (field === 'before' ? fieldsOf(first!.fields)['before']! : text));
    expect(fieldsIn(stream.map((entry) => (entry === second ? other : entry)))).toContainEqual([second!.id, 'before']);
  });

  it('finds a test for harm that began anew without a cause', () => {
    const hour = entryAt('hour', 5);
    const anew = withChange(hour, 'harm_since', (text) => String(Number(text) - 1));
    expect(replayEvidence(anew).differences.map(({ id, field }) => [id, field])).toContainEqual([hour.id, 'before']);
  });

  it('has nothing to compare with where the stream was trimmed', () => {
    for (const cut of [1, 5, 13, 14, 30]) expect(replayEvidence(stream.slice(cut))).toMatchObject({ ...clean });
  });

  it('keeps plans, policies and resets apart', () => {
    const later = entriesFrom(every(P, NOW + 15 * P, UNTIL)).map((entry, i) => ({ id: `later-${i}`, fields: evidenceFields(entry) })); // prettier-ignore
    expect(replayEvidence([...stream, ...later])).toMatchObject(clean);
  });

  it('finds a period that is not that of its hour, also the first one', () => {
    const hour = entryAt('hour', 0);
    const d = fieldsOf(entryAt('period', 0).fields)['advantage_bps']!;
    const other = withChange(hour, 'advantages_bps', (text) => text.replace(`[${d},`, '[7,'));
    expect(replayEvidence(other).differences).toContainEqual({ id: hour.id, field: 'advantages_bps[0]', recorded: '7', replayed: d }); // prettier-ignore
  });

  it('finds an hour that goes on from an earlier one than the last', () => {
    const hour = entryAt('hour', 5);
    const earlier = fieldsOf(entryAt('hour', 4).fields)['before']!;
    expect(replayEvidence(withChange(hour, 'before', () => earlier)).differences).toContainEqual({
      id: hour.id,
      field: 'before',
      recorded: earlier,
      replayed: fieldsOf(hour.fields)['before'],
    });
  });

  it('counts what is no entry', () => {
    expect(replayEvidence([{ id: '0-1', fields: ['kind', 'day'] }, ...stream])).toEqual({ periods: HOURS * 12, hours: HOURS, ...clean, unreadable: ['0-1'] }); // prettier-ignore
  });

  it('takes the entry that was kept, where a process died before it kept its own', () => {
    const [period, hour] = [entryAt('period', 20), entryAt('hour', 2)];
    const other = entriesFrom(every(P, NOW + 15 * P, UNTIL)).map(evidenceFields);
    const twice = stream.flatMap((entry) => {
      if (entry === period) return [{ id: 'dead', fields: periodLike(entry, other) }, entry];
      return entry === hour ? [entry, { ...entry, id: 'again' }] : [entry];
    });
    expect(replayEvidence(twice)).toMatchObject({ periods: HOURS * 12 + 1, hours: HOURS + 1, ...clean });
  });

  it('counts a period that no hour took', () => {
    const missed = NOW + 20 * P;
    const kept = entriesFrom(every(P, NOW, UNTIL).filter((nowSec) => nowSec !== missed));
    const at = kept.findIndex(({ startSec }) => startSec > missed);
    const left = entryAt('period', 19);
    const fields: StreamEntry[] = kept.map((entry, i) => ({ id: String(i), fields: evidenceFields(entry) }));
    expect(replayEvidence(fields.toSpliced(at, 0, left))).toMatchObject({ ...clean, superseded: 1 });
  });
});

const numbersOf = (text: string): number[] => [...text.matchAll(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g)].map(([each]) => Number(each)); // prettier-ignore

/** The entry of the same period from other inputs, in the series of the first. */
function periodLike(entry: StreamEntry, others: readonly string[][]): readonly string[] {
  const { start, since } = fieldsOf(entry.fields);
  const found = others.find((fields) => fieldsOf(fields)['start'] === start && fieldsOf(fields)['kind'] === 'period')!;
  return changed({ id: '', fields: found }, (field, text) => (field === 'since' ? since! : text)).fields;
}

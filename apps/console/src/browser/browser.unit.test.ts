import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventParser } from './events.js';
import { consoleSec, linkAt, silenceMs, STALE_MS } from './freshness.js';

describe('a stream of events', () => {
  const stream =
    ': beat\n\nevent: snapshot\nid: a-1\ndata: {"a":": x"}\n\n: beat\n\nevent: delta\nid: a-2\ndata: {}\n\n';
  const events = [
    { event: 'snapshot', id: 'a-1', data: '{"a":": x"}' },
    { event: 'delta', id: 'a-2', data: '{}' },
  ];

  it('reads the same, wherever it comes cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
        const parser = new EventParser();
        const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
        expect(at.slice(1).flatMap((end, i) => parser.take(stream.slice(at[i], end)))).toEqual(events);
        expect(parser.comments).toBe(2);
      }),
    );
  });

  it('keeps an event back until it is whole', () => {
    expect(new EventParser().take('event: delta\nid: a-3\ndata: {"cu')).toEqual([]);
  });
});

describe('ages', () => {
  const reported = { sec: 1_763_400_000, at: { steadyMs: 5000, wallSec: 1_763_399_000 } };
  const heard = { steadyMs: 8000, wallSec: 1_763_399_003 };

  it('count by the clock of the console, whatever that of this machine says', () => {
    expect(consoleSec(reported, heard, heard)).toBe(1_763_400_003);
    const setRight = { steadyMs: 8000, wallSec: 1_763_400_003 };
    expect(consoleSec(reported, setRight, setRight)).toBe(1_763_400_003);
    expect(consoleSec(undefined, heard, reported.at)).toBe(1_763_399_000);
  });

  it('grow while a machine sleeps, although its steady clock stops', () => {
    const awake = { steadyMs: 9000, wallSec: heard.wallSec + 8 * 3600 };
    expect(consoleSec(reported, heard, awake)).toBe(1_763_400_003 + 8 * 3600);
    const again = { sec: 1_763_500_000, at: awake };
    expect(consoleSec(again, heard, awake)).toBe(1_763_500_000); // connected, and nothing has come yet
  });
});

it('is stale when a machine wakes up whose steady clock stood still', () => {
  const heard = { steadyMs: 5000, wallSec: 1_763_400_000 };
  const silent = (steadyMs: number, wallSec: number) => silenceMs(heard, { steadyMs, wallSec });
  expect(silent(6000, heard.wallSec + 8 * 3600)).toBe(8 * 3_600_000);
  expect(silent(6000, heard.wallSec - 30)).toBe(1000); // a wall clock that was set back
  expect(linkAt(true, silent(6000, heard.wallSec + 8 * 3600))).toBe('stale');
});

it('is stale after two missed heartbeats, connected or not', () => {
  expect([linkAt(true, STALE_MS), linkAt(true, STALE_MS + 1)]).toEqual(['live', 'stale']);
  expect([linkAt(false, STALE_MS), linkAt(false, STALE_MS + 1)]).toEqual(['lost', 'stale']);
});

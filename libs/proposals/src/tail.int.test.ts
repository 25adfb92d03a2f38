import { afterEach, describe, expect, it } from '@jest/globals';
import { BatchError, connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import { proposalStreamEntry, STREAMS } from '@quantum/redis-schemas';
import { aProposal, useRedis, waitFor } from '@quantum/testing';
import { tailProposals, type TailItem, type TailOptions } from './index.js';

const file = useRedis();
const { redis } = file;
const STREAM = STREAMS.proposed;
const POLL_MS = 5;

const opened: Redis[] = [];
const running: AbortController[] = [];

/** A tail on a connection of its own, as services have. */
async function tail(options: TailOptions = {}): Promise<{ next: (n: number) => Promise<string[]>; abort: () => void }> {
  const own = connectRedis({ url: file.server.url, host: '', port: 0, db: 0 }, 'test');
  const stop = new AbortController();
  opened.push(own);
  running.push(stop);
  await untilReady(own);
  const items = tailProposals(own, { pollMs: POLL_MS, signal: stop.signal, ...options });
  return {
    /** The next items, as words; fewer if the tail ends. */
    next: async (n) => {
      const some: string[] = [];
      while (some.length < n) {
        const { value, done } = await items.next();
        if (done === true) break;
        some.push(inWords(value));
      }
      return some;
    },
    abort: () => {
      stop.abort();
    },
  };
}

function inWords(item: TailItem): string {
  if (item.kind === 'proposal') return `${item.id} ${item.proposal.symbol}`;
  if (item.kind === 'gap') return `gap ${item.afterId}..${item.beforeId}`;
  return item.kind === 'unreadable' ? `${item.id} unreadable: ${item.problem}` : item.kind;
}

const entryOf = (symbol: string): string[] => proposalStreamEntry(aProposal({ symbol }));
/** Adds entries with the ids `<n>-0`. */
async function add(...ids: number[]): Promise<void> {
  for (const id of ids) await redis().xadd(STREAM, `${id}-0`, ...entryOf(`S${id}`));
}
const words = (...ids: number[]): string[] => ids.map((id) => `${id}-0 S${id}`);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

afterEach(() => {
  running.splice(0).forEach((stop) => {
    stop.abort();
  });
  opened.splice(0).forEach((own) => {
    own.disconnect();
  });
});

describe('a tail', () => {
  it('yields every entry once, in order, over pages, and then new ones', async () => {
    await add(...upTo(10));
    const unpaused = await tail({ count: 3, pollMs: 1e9 }); // it pauses only when nothing is new
    expect(await unpaused.next(10)).toEqual(words(...upTo(10)));
    const all = await tail({ count: 3 });
    expect(await all.next(10)).toEqual(words(...upTo(10)));
    const later = all.next(2);
    await add(11, 12);
    expect(await later).toEqual(words(11, 12));
  });

  it('resumes after an id, whether its entry still exists or not', async () => {
    await add(...upTo(5));
    expect(await (await tail({ from: '3-0' })).next(2)).toEqual(words(4, 5));
    await redis().xdel(STREAM, '3-0'); // deleted, not trimmed: older ones exist
    expect(await (await tail({ from: '3-0', count: 1 })).next(2)).toEqual(words(4, 5));
  });

  it('begins with new entries', async () => {
    await add(...upTo(5));
    const fromNow = await tail({ from: '$' });
    let first: string[] | undefined;
    const seen = fromNow.next(1).then((words) => (first = words));
    for (let id = 6; !first; id += 1) {
      await add(id);
      await redis().xtrim(STREAM, 'MAXLEN', 100);
    }
    await seen;
    expect(Number(first[0]?.split('-')[0])).toBeGreaterThan(5);
  });

  it('reports that the stream was trimmed past its position, before it goes on', async () => {
    await add(...upTo(5));
    const slow = await tail();
    expect(await slow.next(5)).toEqual(words(...upTo(5)));
    await redis().multi().xadd(STREAM, '6-0', 'n', '').xadd(STREAM, '8-0', ...entryOf('S8')).xtrim(STREAM, 'MAXLEN', 1).exec(); // prettier-ignore
    expect(await slow.next(2)).toEqual(['gap 5-0..8-0', ...words(8)]);
    expect(await (await tail({ from: '7-0' })).next(2)).toEqual(['gap 7-0..8-0', ...words(8)]);
    expect(await (await tail()).next(1)).toEqual(words(8)); // from the oldest that is left, nothing is missed
  });

  it('takes entries that were trimmed behind it for no gap', async () => {
    await add(...upTo(5));
    const some = await tail({ count: 2 });
    await some.next(4);
    await redis().xtrim(STREAM, 'MAXLEN', 2); // leaves 4 and 5
    expect(await some.next(1)).toEqual(words(5));
    await redis().xtrim(STREAM, 'MAXLEN', 1);
    await add(6);
    expect(await some.next(1)).toEqual(words(6));
  });

  it('yields an unreadable entry as unreadable, and goes on', async () => {
    await redis().xadd(STREAM, '1-0', 'symbol', 'X');
    await redis().xadd(STREAM, '2-0', Buffer.from([0xff, 0xfe]), '');
    await redis().xadd(STREAM, '3-0', ...entryOf('S3'), 'base_target', 'NaN');
    await add(4);
    expect(await (await tail()).next(4)).toEqual([
      '1-0 unreadable: mode is missing',
      '2-0 unreadable: mode is missing',
      '3-0 unreadable: base_target is "NaN"',
      ...words(4),
    ]);
  });

  it('reports once that the key holds no stream, and goes on when it does', async () => {
    await redis().set(STREAM, 'text');
    const items = await tail();
    expect(await items.next(1)).toEqual(['no_stream']);
    const next = items.next(1);
    await redis().del(STREAM);
    await add(1);
    expect(await next).toEqual(words(1));
  });

  it('holds no more than a page: it asks again only when the page is used up', async () => {
    await add(...upTo(100));
    const items = await tail({ count: 10 });
    await redis().config('RESETSTAT');
    await items.next(10);
    expect(await redis().info('commandstats')).toMatch(/cmdstat_xrange:calls=1,/);
    await items.next(1);
    expect(await redis().info('commandstats')).toMatch(/cmdstat_xrange:calls=2,/);
  });

  it('refuses an invalid page size', async () => {
    for (const count of [0, -1, 0.5, NaN]) await expect((await tail({ count })).next(1)).rejects.toThrow(TypeError);
  });

  it('refuses an invalid start id', async () => {
    for (const from of ['', '5', '0-', '-', '+', '05-0', '1-0-0', '99999999999999999999-0', '(1-0']) {
      await expect((await tail({ from })).next(1)).rejects.toThrow(TypeError);
    }
  });
});

describe('a tail whose Redis fails', () => {
  it('continues at its position after a lost connection, and reports it once', async () => {
    const away: Error[] = [];
    await add(1, 2);
    const items = await tail({ onAway: (error) => away.push(error) });
    expect(await items.next(2)).toEqual(words(1, 2));
    const next = items.next(2);
    await redis().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await waitFor(() => away.length > 0, { what: 'word of the lost connection' });
    await add(3, 4);
    expect(await next).toEqual(words(3, 4));
    expect(away).toEqual([expect.any(BatchError)]);
  });

  it('goes on with a Redis that lost its data, and reports a gap', async () => {
    const away: Error[] = [];
    await add(1, 2);
    const items = await tail({ onAway: (error) => away.push(error) });
    expect(await items.next(2)).toEqual(words(1, 2));
    const next = items.next(2);
    await file.server.kill();
    await waitFor(() => away.length > 0, { what: 'word of the lost server' });
    await file.server.restart();
    await waitFor(() => redis().ping(), { what: 'the server' });
    await redis().del(STREAM);
    await add(5);
    expect(await next).toEqual(['gap 2-0..5-0', ...words(5)]);
  });

  it('ends at once when it is aborted: before it begins, while it waits, while Redis hangs, between two entries', async () => {
    const before = await tail();
    before.abort();
    expect(await before.next(1)).toEqual([]);

    await add(1, 2, 3);
    const between = await tail();
    expect(await between.next(1)).toEqual(words(1));
    between.abort();
    expect(await between.next(1)).toEqual([]);

    const waiting = await tail({ pollMs: 1e9 });
    expect(await waiting.next(3)).toEqual(words(1, 2, 3));
    const never = waiting.next(1);
    waiting.abort();
    expect(await never).toEqual([]);

    const hanging = await tail();
    expect(await hanging.next(3)).toEqual(words(1, 2, 3));
    file.server.pause();
    const none = hanging.next(1);
    hanging.abort();
    expect(await none).toEqual([]);
    file.server.resume();
  });

  it('ends with an error when its connection was closed for good', async () => {
    const items = await tail();
    const none = items.next(1);
    opened.at(-1)?.disconnect();
    await expect(none).rejects.toThrow('closed');
  });
});

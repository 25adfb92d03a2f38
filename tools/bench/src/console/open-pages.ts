import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { EventCutter } from './event-cutter.js';

/** What open pages have received. */
export interface OpenPages {
  /** Times, `performance.now()`, at which pages had an event whole, by the event's id. */
  readonly arrivals: ReadonlyMap<string, readonly number[]>;
  /** Bytes of events, and of heartbeats, that all pages received. */
  readonly bytes: { readonly events: number; readonly beats: number };
  /** The data of each event by its id. */
  readonly texts: ReadonlyMap<string, string>;
  /** Forgets what was received so far. */
  readonly forget: () => void;
  readonly close: () => void;
}

/**
 * Opens pages, and receives what the console sends them. Each event is decoded once, however many pages get it: fifty
 * browsers run on as many machines, and must not take the cores of the console here.
 */
export async function openPages(url: string, count: number): Promise<OpenPages> {
  const [arrivals, texts] = [new Map<string, number[]>(), new Map<string, string>()];
  const bytes = { events: 0, beats: 0 };
  const take = (event: Buffer): void => {
    if (isBeat(event)) {
      bytes.beats += event.length;
      return;
    }
    bytes.events += event.length;
    const id = /\nid: (.*)\n/.exec(event.toString('latin1', 0, 100))?.[1] ?? '';
    const times = arrivals.get(id);
    if (times) times.push(performance.now());
    else {
      arrivals.set(id, [performance.now()]);
      texts.set(id, event.toString());
    }
  };
  const streams = await Promise.all(Array.from({ length: count }, () => openStream(`${url}/events`, take)));
  return {
    arrivals,
    texts,
    bytes,
    forget: () => {
      arrivals.clear();
      texts.clear();
      Object.assign(bytes, { events: 0, beats: 0 });
    },
    close: () => {
      for (const stream of streams) stream.destroy();
    },
  };
}

/** A comment: the console has no other. */
const isBeat = (event: Buffer): boolean => event[0] === ':'.charCodeAt(0);

/** Resolves with the heartbeat that follows the snapshot. @throws Error where it is refused */
async function openStream(url: string, take: (event: Buffer) => void): Promise<IncomingMessage> {
  const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}`);
  response.on('error', () => undefined); // it is closed at the end
  await new Promise<void>((resolve, reject) => {
    const cutter = new EventCutter((event) => {
      take(event);
      if (isBeat(event)) resolve();
    });
    response.on('data', (chunk: Buffer) => {
      cutter.add(chunk);
    });
    response.once('close', () => {
      reject(new Error(`${url} ended before its first heartbeat`));
    });
  });
  return response;
}

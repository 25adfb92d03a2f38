import { pause } from './pause.js';
import { EventParser, type ServerEvent } from './events.js';

/** Milliseconds before the page connects again: at once, then more slowly. */
const WAITS_MS = [250, 1000, 2000, 5000] as const;
/** The console beats every 15 s: a connection without a beat is dead, whatever TCP says. */
export const BEAT_MS = 15_000;

export interface Follower {
  /** The console answers, and says its time, unix seconds. */
  readonly onTime: (sec: number) => void;
  /** Takes an event. Throws where it does not follow from the last: the page then begins anew. */
  readonly onEvent: (event: ServerEvent) => void;
  /**
   * Something has come, if only a heartbeat. `isCurrent`: this connection has given all that the page lacked; before,
   * what is shown is old.
   */
  readonly onHeard: (isCurrent: boolean) => void;
  /** The connection is lost, or was refused. `isLoggedOut`: the console answers, and asks for the token. */
  readonly onLost: (isLoggedOut: boolean) => void;
}

/**
 * Follows the stream of events for good. Not by EventSource: that gives up after a 503 or a wrong content type, hides
 * the heartbeats, and cannot say where it was once it is opened again.
 */
export async function follow(url: string, { onTime, onEvent, onHeard, onLost }: Follower): Promise<never> {
  let lastId = '';
  for (let attempt = 0; ; attempt += 1) {
    let isLoggedOut = false;
    try {
      await readStream(url, lastId, onTime, (events, isCurrent) => {
        attempt = 0;
        for (const event of events) {
          lastId = '';
          onEvent(event);
          lastId = event.id;
        }
        onHeard(isCurrent);
      });
    } catch (error) {
      // Whatever else went wrong does not matter: the page says that the connection is lost, and tries again.
      isLoggedOut = error instanceof LoggedOut;
    }
    onLost(isLoggedOut);
    await pause(WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)] ?? 5000);
  }
}

/** A login lasts for half a day. A page that is open for longer connects again without one. */
class LoggedOut extends Error {}

/** Reads until the stream ends. @throws LoggedOut; or where it cannot be read, or is silent for three beats */
async function readStream(
  url: string,
  lastId: string,
  onTime: Follower['onTime'],
  take: (events: readonly ServerEvent[], isCurrent: boolean) => void,
): Promise<void> {
  const silence = new AbortController();
  const giveUp = (): void => {
    silence.abort();
  };
  let timer = setTimeout(giveUp, 3 * BEAT_MS);
  try {
    const headers = { Accept: 'text/event-stream', ...(lastId !== '' && { 'Last-Event-ID': lastId }) };
    const response = await fetch(url, { headers, cache: 'no-store', signal: silence.signal });
    if (response.status === 401) throw new LoggedOut();
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
    const sec = Date.parse(response.headers.get('date') ?? '') / 1000;
    if (Number.isFinite(sec)) onTime(sec);
    const parser = new EventParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(giveUp, 3 * BEAT_MS);
      const events = parser.take(value);
      take(events, parser.comments > 0);
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

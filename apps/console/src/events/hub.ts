import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Snapshot } from '@quantum/read-model';
import { Journal } from './journal.js';
import { BEAT } from './wire.js';

export interface HubOptions {
  readonly snapshot: Snapshot;
  /** See `Journal`. */
  readonly process: string;
  /** Milliseconds between two comments. */
  readonly beatMs?: number;
  readonly maxClients?: number;
  /** A client for which more than this waits is dropped. */
  readonly maxBacklogBytes?: number;
}

/** Every proxy keeps a connection for longer. */
export const BEAT_MS = 15_000;
const MAX_CLIENTS = 100;
/** Several whole snapshots of 10,000 symbols. Clients share the bytes; what each holds is a list of them. */
const MAX_BACKLOG_BYTES = 32 * 2 ** 20;

/** The open streams of events. */
export class EventHub {
  readonly #journal: Journal;
  readonly #options: Required<Pick<HubOptions, 'maxClients' | 'maxBacklogBytes'>>;
  readonly #clients = new Map<ServerResponse, Socket>();
  readonly #beat: NodeJS.Timeout;
  #isClosed = false;

  constructor({ snapshot, process, beatMs = BEAT_MS, maxClients = MAX_CLIENTS, maxBacklogBytes = MAX_BACKLOG_BYTES }: HubOptions) {
    this.#journal = new Journal(snapshot, process);
    this.#options = { maxClients, maxBacklogBytes };
    this.#beat = setInterval(() => {
      this.#sendAll(BEAT);
    }, beatMs).unref();
  } // prettier-ignore

  get snapshot(): Snapshot {
    return this.#journal.snapshot;
  }

  get clients(): number {
    return this.#clients.size;
  }

  isStream(socket: Socket): boolean {
    return [...this.#clients.values()].includes(socket);
  }

  /**
   * Begins a stream, from where the request's Last-Event-ID says. False: there are too many, and nothing was answered.
   */
  open(request: IncomingMessage, response: ServerResponse, headers: Readonly<Record<string, string>>): boolean {
    if (this.#isClosed || this.#clients.size >= this.#options.maxClients) return false;
    // The server's limits are for requests; a stream is idle by design.
    request.socket.setTimeout(0);
    request.socket.setNoDelay(true);
    response.writeHead(200, {
      ...headers,
      'Content-Type': 'text/event-stream; charset=utf-8',
      // A proxy must not wait for more.
      'X-Accel-Buffering': 'no',
    });
    this.#clients.set(response, request.socket);
    response.once('close', () => this.#clients.delete(response));
    const lastId = request.headers['last-event-id'];
    for (const bytes of this.#journal.since(typeof lastId === 'string' ? lastId : undefined)) response.write(bytes);
    // Headers reach the page at once, also where it has seen everything.
    response.write(BEAT);
    return true;
  }

  /** Shows a later snapshot; one without news sends nothing. */
  show(snapshot: Snapshot): void {
    const bytes = this.#journal.take(snapshot);
    if (bytes) this.#sendAll(bytes);
  }

  #sendAll(bytes: Buffer): void {
    for (const client of this.#clients.keys()) {
      // One that does not read would hold every event in memory. It comes back when it can.
      if (client.writableLength > this.#options.maxBacklogBytes) client.destroy();
      else client.write(bytes);
    }
  }

  /** Ends every stream; none begins after. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#beat);
    for (const client of this.#clients.keys()) client.end();
  }
}

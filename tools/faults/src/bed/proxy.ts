import type { Socket } from 'node:net';
import { startDoor } from '@quantum/testbed';

/** What a proxy does to the bytes that pass. It may be changed at any time. */
export interface Trouble {
  /** Each chunk waits for so long, ms, drawn anew; their order is kept. */
  delayMs?: () => number;
  /** A connection is cut after so many bytes, drawn anew for each connection and direction. */
  cutAfterBytes?: () => number;
  /**
   * Sees each chunk that a client sends, before it passes, and says for how long it waits, ms, with all that follows on its
   * connection. It reaches Redis even if the client is gone by then, as what is in a network does.
   */
  holdMs?: (chunk: Buffer) => number;
}

/** A TCP door to a unix socket. */
export interface Proxy {
  port: number;
  trouble: Trouble;
  /** Connections cut so far. */
  readonly cuts: number;
  close: () => Promise<void>;
}

/** Opens a proxy on a free port of 127.0.0.1. */
export async function startProxy(socketPath: string): Promise<Proxy> {
  let cuts = 0;
  const door = await startDoor(socketPath, (inner, outer) => {
    const cut = (): void => {
      cuts += 1;
      inner.destroy();
      outer.destroy();
    };
    const delayMs = (): number => proxy.trouble.delayMs?.() ?? 0;
    pass(inner, outer, proxy, (chunk) => proxy.trouble.holdMs?.(chunk) ?? delayMs(), cut);
    pass(outer, inner, proxy, delayMs, cut);
  });
  const proxy: Proxy = {
    port: door.port,
    trouble: {},
    get cuts() {
      return cuts;
    },
    close: door.close,
  };
  return proxy;
}

/** Passes on what comes, in its order, and the end after it. */
function pass(from: Socket, to: Socket, proxy: Proxy, waitMs: (chunk: Buffer) => number, cut: () => void): void {
  let bytesLeft: number | undefined;
  const forward = (chunk: Buffer): void => {
    if (to.destroyed) return;
    const { cutAfterBytes } = proxy.trouble;
    if (!cutAfterBytes) {
      bytesLeft = undefined;
      to.write(chunk);
      return;
    }
    bytesLeft ??= cutAfterBytes();
    if (chunk.length <= bytesLeft) {
      bytesLeft -= chunk.length;
      to.write(chunk);
      return;
    }
    // The first part arrives: a pipeline that was carried out by half.
    to.write(chunk.subarray(0, bytesLeft), cut);
  };
  // No chunk is due before one that came earlier, so whichever timer fires sends the first that waits.
  const waiting: Buffer[] = [];
  let dueMs = 0;
  let isOver = false;
  const forwardFirst = (): void => {
    const chunk = waiting.shift();
    if (chunk) forward(chunk);
    if (isOver && waiting.length === 0) to.end();
  };
  from.on('data', (chunk: Buffer) => {
    const nowMs = performance.now();
    dueMs = Math.max(dueMs, nowMs + waitMs(chunk));
    waiting.push(chunk);
    if (dueMs <= nowMs && waiting.length === 1) forwardFirst();
    else setTimeout(forwardFirst, dueMs - nowMs).unref();
  });
  from.on('close', () => {
    isOver = true;
    if (waiting.length === 0) to.end();
  });
}

import type { Socket } from 'node:net';
import { startSocketProxy } from '@quantum/testbed';

/** The proxy's disturbance. It may be changed at any time. */
export interface Trouble {
  /** Delay of each chunk, ms, drawn for each; the order is kept. */
  delayMs?: () => number;
  /** A connection is closed after this many bytes, drawn for each connection and direction. */
  cutAfterBytes?: () => number;
  /**
   * Called with each chunk of a client before it passes. Returns the delay, ms, of this chunk and all that follow on
   * its connection. A delayed chunk reaches Redis even if the client is gone by then, like data in a network.
   */
  holdMs?: (chunk: Buffer) => number;
}

/** A TCP proxy to a unix socket. */
export interface Proxy {
  port: number;
  trouble: Trouble;
  /** Connections closed so far. */
  readonly cuts: number;
  close: () => Promise<void>;
}

/** Opens a proxy on a free port of 127.0.0.1. */
export async function startProxy(socketPath: string): Promise<Proxy> {
  let cuts = 0;
  const socketProxy = await startSocketProxy(socketPath, (inner, outer) => {
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
    port: socketProxy.port,
    trouble: {},
    get cuts() {
      return cuts;
    },
    close: socketProxy.close,
  };
  return proxy;
}

/** Forwards chunks in order, and the end after them. */
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
    // Only the first part arrives: a pipeline is executed by half.
    to.write(chunk.subarray(0, bytesLeft), cut);
  };
  // No chunk is due before an earlier one, so any timer sends the first that waits.
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

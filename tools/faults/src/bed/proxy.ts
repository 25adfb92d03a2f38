import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

/** What a proxy does to the bytes that pass. It may be changed at any time. */
export interface Trouble {
  /** Each chunk waits for so long, ms, drawn anew; their order is kept. */
  delayMs?: () => number;
  /** A connection is cut after so many bytes, drawn anew for each connection and direction. */
  cutAfterBytes?: () => number;
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
  const sockets = new Set<Socket>();
  let cuts = 0;
  const server = createServer((inner) => {
    const outer = createConnection(socketPath);
    const pair = [inner, outer];
    const end = (): void => {
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    const cut = (): void => {
      cuts += 1;
      end();
    };
    pass(inner, outer, proxy, cut);
    pass(outer, inner, proxy, cut);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: Proxy = {
    port: (server.address() as AddressInfo).port,
    trouble: {},
    get cuts() {
      return cuts;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return proxy;
}

function pass(from: Socket, to: Socket, proxy: Proxy, cut: () => void): void {
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
  // Timers of different lengths do not fire in the order of their ends: whichever fires sends what is first in the row.
  const waiting: Buffer[] = [];
  const forwardFirst = (): void => {
    const chunk = waiting.shift();
    if (chunk) forward(chunk);
  };
  from.on('data', (chunk: Buffer) => {
    const delayMs = proxy.trouble.delayMs?.() ?? 0;
    waiting.push(chunk);
    if (delayMs === 0 && waiting.length === 1) forwardFirst();
    else setTimeout(forwardFirst, delayMs);
  });
}

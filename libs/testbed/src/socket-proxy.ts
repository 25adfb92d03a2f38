import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

/** A proxy to a server, to observe, delay or break the connection. */
export interface SocketProxy {
  /** On 127.0.0.1; 0 for a unix socket. */
  readonly port: number;
  /** Closes every connection and the proxy. */
  close: () => Promise<void>;
}

/** Opens a proxy to the server at `socketPath`. `join` forwards the data and the end of either side. */
export async function startSocketProxy(
  socketPath: string,
  join: (client: Socket, server: Socket) => void,
  at: { path: string } | { port: number; host: string } = { port: 0, host: '127.0.0.1' },
): Promise<SocketProxy> {
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = createConnection(socketPath);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined); // 'close' follows
      socket.on('close', () => sockets.delete(socket));
    }
    join(client, server);
  }).listen(at);
  await once(proxy, 'listening');
  const address = proxy.address() as AddressInfo | string;
  return {
    port: typeof address === 'string' ? 0 : address.port,
    close: async () => {
      const closed = once(proxy.close(), 'close');
      for (const socket of sockets) socket.destroy();
      await closed;
      if ('path' in at) rmSync(at.path, { force: true });
    },
  };
}

/** For a `join`: when one side of a connection ends, the other ends too. Returns a function that ends both. */
export function endTogether(client: Socket, server: Socket): () => void {
  const end = (): void => {
    client.destroy();
    server.destroy();
  };
  client.on('close', end);
  server.on('close', end);
  return end;
}

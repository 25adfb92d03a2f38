import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that somebody watches, delays or breaks. */
export interface Door {
  /** On 127.0.0.1; 0 where it is a unix socket. */
  readonly port: number;
  /** Cuts every connection and closes. */
  close: () => Promise<void>;
}

/** Opens a door to the server at `socketPath`. `join` passes on what either end sends, and the end of either. */
export async function startDoor(
  socketPath: string,
  join: (client: Socket, server: Socket) => void,
  at: { path: string } | { port: number; host: string } = { port: 0, host: '127.0.0.1' },
): Promise<Door> {
  const sockets = new Set<Socket>();
  const door = createServer((client) => {
    const server = createConnection(socketPath);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined); // 'close' follows
      socket.on('close', () => sockets.delete(socket));
    }
    join(client, server);
  }).listen(at);
  await once(door, 'listening');
  const address = door.address() as AddressInfo | string;
  return {
    port: typeof address === 'string' ? 0 : address.port,
    close: async () => {
      const closed = once(door.close(), 'close');
      for (const socket of sockets) socket.destroy();
      await closed;
      if ('path' in at) rmSync(at.path, { force: true });
    },
  };
}

/** For a `join`: with one end of a connection the other is gone too. Returns how to end both. */
export function endTogether(client: Socket, server: Socket): () => void {
  const end = (): void => {
    client.destroy();
    server.destroy();
  };
  client.on('close', end);
  server.on('close', end);
  return end;
}

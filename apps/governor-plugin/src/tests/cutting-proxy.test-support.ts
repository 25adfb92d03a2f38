import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

/** What becomes of bytes on their way: they pass, their connection is cut instead, or is cut with the next answer. */
export type Fate = 'pass' | 'cut' | 'cut_answer';

/** A way to a Redis that cuts connections. */
export interface CuttingProxy {
  /** A REDIS_URL. */
  url: string;
  /** Asked for each chunk to the server. May be changed at any time. */
  fate: (toServer: string) => Fate;
  readonly cuts: number;
  close: () => Promise<void>;
}

/** Opens a proxy on a free port of 127.0.0.1 to a server's unix socket. */
export async function startCuttingProxy(socketPath: string): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = createConnection(socketPath);
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    let cutsAnswer = false;
    client.on('data', (chunk) => {
      const fate = proxy.fate(chunk.toString('latin1'));
      if (fate === 'cut') {
        cuts += 1;
        end();
        return;
      }
      cutsAnswer ||= fate === 'cut_answer';
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (!cutsAnswer) {
        client.write(chunk);
        return;
      }
      cuts += 1;
      end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: CuttingProxy = {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fate: () => 'pass',
    get cuts() {
      return cuts;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return proxy;
}

import { endTogether, startSocketProxy } from './socket-proxy.js';

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
  let cuts = 0;
  const socketProxy = await startSocketProxy(socketPath, (client, upstream) => {
    const end = endTogether(client, upstream);
    const cut = (): void => {
      cuts += 1;
      end();
    };
    let cutsAnswer = false;
    client.on('data', (chunk) => {
      const fate = proxy.fate(chunk.toString('latin1'));
      if (fate === 'cut') {
        cut();
        return;
      }
      cutsAnswer ||= fate === 'cut_answer';
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (cutsAnswer) cut();
      else client.write(chunk);
    });
  });
  const proxy: CuttingProxy = {
    url: `redis://127.0.0.1:${socketProxy.port}`,
    fate: () => 'pass',
    get cuts() {
      return cuts;
    },
    close: socketProxy.close,
  };
  return proxy;
}

import type { Socket } from 'node:net';
import { endTogether, startSocketProxy } from '@quantum/testbed';

/** Changes a text on its way, or acts before it is forwarded. A change inside a RESP string must keep its length. */
export type Rewrite = (text: string) => string | Promise<string>;

export interface RedisProxy {
  /** A REDIS_URL. */
  url: string;
  close: () => Promise<void>;
}

/**
 * A proxy between a service and its Redis that rewrites the traffic: the service then behaves, for all others, as if it
 * had the injected bug. Nothing bypasses the proxy, so every change takes effect, and in time.
 */
export async function startRedisProxy(
  socketPath: string,
  { toServer = (text) => text, toClient = (text) => text }: { toServer?: Rewrite; toClient?: Rewrite },
): Promise<RedisProxy> {
  const socketProxy = await startSocketProxy(socketPath, (client, upstream) => {
    endTogether(client, upstream);
    forward(client, upstream, toServer);
    forward(upstream, client, toClient);
  });
  return { url: `redis://127.0.0.1:${socketProxy.port}`, close: socketProxy.close };
}

/** Every RESP command and reply ends a line. An incomplete line waits for its rest. The order stays. */
function forward(from: Socket, to: Socket, rewrite: Rewrite): void {
  let held = '';
  let sent = Promise.resolve();
  from.on('data', (chunk) => {
    held += chunk.toString('latin1');
    if (!held.endsWith('\r\n')) return;
    const text = held;
    held = '';
    sent = sent.then(async () => {
      to.write(await rewrite(text), 'latin1');
    });
    sent.catch((error: unknown) => to.destroy(error as Error));
  });
}

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Paths whose answer differs from that of the service behind it. */
export type Answers = Readonly<Record<string, { status: number; body: string }>>;

/** Repeats the answers that the service at `url` gave at the start, except for the given `answers`. */
export async function startFrozenService(url: string, answers: Answers = {}) {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const all: Answers = {
    '/metrics': { status: 200, body: metrics },
    '/healthz': { status: 200, body: 'ok' },
    '/readyz': { status: 200, body: 'ready' },
    ...answers,
  };
  const server = createServer((request, response) => {
    const { status, body } = all[request.url ?? ''] ?? { status: 404, body: '' };
    response.writeHead(status, { connection: 'close' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      await once(server.close(), 'close');
    },
  };
}

import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Registry } from 'prom-client';

export interface Readiness {
  readonly ready: boolean;
  /** For people: the reason if not ready, or a remark on a service that is ready (`standby`). */
  readonly reason?: string;
}

export interface MetricsServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly registry: Registry;
  /** Called at every `/readyz`. */
  readonly readiness: () => Readiness;
}

export interface MetricsServer {
  /** The port it listens on. */
  readonly port: number;
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
}

/** A client that is slow, silent or one of too many is dropped: it must not use resources that scrapes need. */
export const HTTP_LIMITS = {
  headersTimeout: 5000,
  requestTimeout: 5000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 8192,
};
const MAX_CONNECTIONS = 256;
const SILENT_SOCKET_MS = 10_000;

/**
 * A connection beyond the limit drops the oldest, not the newest: a thousand idle connections keep no scraper out.
 * @param isKept which connections are never dropped for others
 */
export function limitConnections(server: Server, isKept: (socket: Socket) => boolean = () => false): void {
  const open = new Set<Socket>(); // in order of arrival
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    if (open.size > MAX_CONNECTIONS) [...open].find((one) => !isKept(one))?.destroy();
  });
}

async function answer(path: string, { registry, readiness }: MetricsServerOptions): Promise<Answer> {
  switch (path) {
    case '/metrics':
      return { status: 200, body: await registry.metrics(), type: registry.contentType };
    case '/healthz':
      return { status: 200, body: 'ok\n' };
    case '/readyz': {
      const { ready, reason } = readiness();
      if (!ready) return { status: 503, body: `${reason ?? 'not ready'}\n` };
      return { status: 200, body: reason === undefined ? 'ready\n' : `ready: ${reason}\n` };
    }
    default:
      return { status: 404, body: 'not found: /metrics, /healthz and /readyz are here\n' };
  }
}

async function serve(request: IncomingMessage, response: ServerResponse, options: MetricsServerOptions): Promise<void> {
  const method = request.method ?? '';
  const readable = method === 'GET' || method === 'HEAD';
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  const { status, body, type }: Answer = readable
    ? await answer(path, options).catch((error: unknown) => ({ status: 500, body: `${String(error)}\n` }))
    : { status: 405, body: 'GET or HEAD only\n' };
  const bytes = Buffer.from(body); // encoded once, for the length and for the socket
  response.writeHead(status, {
    'Content-Type': type ?? 'text/plain; charset=utf-8',
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
    // A request body is not read, so the connection cannot be reused.
    ...(readable ? {} : { Allow: 'GET, HEAD', Connection: 'close' }),
  });
  response.end(method === 'HEAD' ? undefined : bytes);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'the port is in use by another process' : error.message;
      reject(
        new Error(`cannot serve metrics on ${host}:${port} (METRICS_HOST, METRICS_PORT): ${why}`, { cause: error }),
      );
    });
    server.listen(port, host, resolve);
  });
}

/** Serves `/metrics`, `/healthz` (200) and `/readyz` (200, or 503 with the reason). Rejects if it cannot listen. */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const { host } = options;
  const server = createServer(HTTP_LIMITS, (request, response) => void serve(request, response, options));
  limitConnections(server);
  server.setTimeout(SILENT_SOCKET_MS);
  await listen(server, host, options.port);
  // For example, no descriptor is left to accept a connection: the scraper notices, the service goes on.
  server.on('error', () => undefined);

  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

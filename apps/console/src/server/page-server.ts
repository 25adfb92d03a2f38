import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HTTP_LIMITS, limitConnections } from '@quantum/metrics';
import type { EventHub } from '../events/hub.js';
import { safetyHeaders, textAnswer, type Answer, type AnswerStatus } from './answer.js';
import { route, type Pages } from './routes.js';

export interface PageServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** What a request must carry; undefined: nothing. */
  readonly token: string | undefined;
  readonly pages: Pages;
  readonly hub: EventHub;
  /** Content-Security-Policy. */
  readonly csp: string;
  /** Called with the status of each answer. */
  readonly onAnswer: (status: AnswerStatus) => void;
}

export interface PageServer {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  /** Ends the streams, stops listening and drops every connection. */
  close(): Promise<void>;
}

async function serve(request: IncomingMessage, response: ServerResponse, options: PageServerOptions): Promise<void> {
  const { csp, hub, onAnswer, pages, token } = options;
  const headers = safetyHeaders(csp);
  const reply = await route(request, token, pages);
  if (reply !== 'events') send(request, response, { ...reply, headers: { ...headers, ...reply.headers } }, onAnswer);
  else if (hub.open(request, response, headers)) onAnswer('200');
  else send(request, response, { ...textAnswer('503', 'too many open pages'), headers: { ...headers, 'Retry-After': '10' } }, onAnswer);
} // prettier-ignore

function send(request: IncomingMessage, response: ServerResponse, { status, body, headers }: Answer, onAnswer: PageServerOptions['onAnswer']): void {
  response.writeHead(Number(status), {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  onAnswer(status);
} // prettier-ignore

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'the port is in use by another process' : error.message;
      const where = `${host}:${port} (CONSOLE_HOST, CONSOLE_PORT)`;
      reject(new Error(`cannot serve the page on ${where}: ${why}`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

/** Serves the page to those who bring the token. Rejects if it cannot listen. */
export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const { host, hub } = options;
  const server = createServer(HTTP_LIMITS, (request, response) => void serve(request, response, options));
  limitConnections(server, (socket) => hub.isStream(socket));
  await listen(server, host, options.port);
  // For example, no descriptor is left to accept a connection: the browser notices, the service goes on.
  server.on('error', () => undefined);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        hub.close();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

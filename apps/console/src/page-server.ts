import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PageServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** What a request must carry; undefined: nothing. */
  readonly token: string | undefined;
  /** Called with the status of each answer. */
  readonly onAnswer: (status: AnswerStatus) => void;
}

export interface PageServer {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

type AnswerStatus = '200' | '401' | '404' | '405';

interface Answer {
  readonly status: AnswerStatus;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const LIMITS = { headersTimeout: 5000, requestTimeout: 5000, keepAliveTimeout: 5000, maxHeaderSize: 8192 };

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Quantum console</title></head>
<body><h1>Quantum console</h1><p>The console runs. It has no view yet.</p></body>
</html>
`;

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares sums: they have one length, so that the time it takes gives nothing away. */
function carries(request: IncomingMessage, token: string): boolean {
  return timingSafeEqual(sha256(request.headers.authorization ?? ''), sha256(`Bearer ${token}`));
}

function answer(request: IncomingMessage, token: string | undefined): Answer {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    // A request body is not read, so the connection cannot be reused.
    return { status: '405', body: 'GET or HEAD only\n', headers: { Allow: 'GET, HEAD', Connection: 'close' } };
  }
  if (token !== undefined && !carries(request, token)) {
    return { status: '401', body: 'a token is needed\n', headers: { 'WWW-Authenticate': 'Bearer' } };
  }
  const path = (request.url ?? '').split('?', 1)[0];
  if (path !== '/') return { status: '404', body: 'not found: the page is at /\n' };
  return { status: '200', body: PAGE, headers: { 'Content-Type': 'text/html; charset=utf-8' } };
}

function serve(request: IncomingMessage, response: ServerResponse, { token, onAnswer }: PageServerOptions): void {
  const { status, body, headers } = answer(request, token);
  response.writeHead(Number(status), {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    ...HEADERS,
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  onAnswer(status);
}

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
  const { host } = options;
  const server = createServer(LIMITS, (request, response) => {
    serve(request, response, options);
  });
  await listen(server, host, options.port);
  // For example, no descriptor is left to accept a connection: the browser notices, the service goes on.
  server.on('error', () => undefined);
  const { port } = server.address() as AddressInfo;
  return {
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

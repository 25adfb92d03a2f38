import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';

// A program of its own, bundled by the bench: the minimal service of this kind. One client, one HTTP server, ready when
// Redis has answered. Answers requests with the text of a file, where it is given one.

const { REDIS_URL: url = '', METRICS_PORT: port, ANSWER_FILE: file } = process.env;
const answer = file === undefined ? 'ok' : readFileSync(file);
const redis = new Redis({ path: new URL(url).pathname, disconnectTimeout: 100 });
const server = createServer((_request, response) => response.end(answer));
process.once('SIGTERM', () => {
  redis.disconnect();
  server.close();
  server.closeAllConnections();
});
server.once('listening', () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
});
void redis.ping().then(() => server.listen(Number(port), '127.0.0.1'));

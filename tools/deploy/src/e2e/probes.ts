import { strict as assert } from 'node:assert';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flow } from './plans.js';
import { type Chapter, type Host } from './host.js';

const LIMIT_MS = 50;

/**
 * Runs inside: prints how long /metrics, /healthz and /readyz took, each asked on a new connection as scrapers do; and
 * how long the server of the releases took, which does next to nothing: that much is the machine's.
 */
const ASK = `
const http = require('http');
const ask = (port, path) => new Promise((resolve, reject) => {
  const start = performance.now();
  http.get({ port, path, host: '127.0.0.1', agent: false }, (response) => {
    response.resume().on('end', () => resolve(performance.now() - start));
  }).on('error', reject);
});
(async () => {
  const [times, floor] = [[], []];
  for (let round = 0; round < 150; round += 1)
    for (const port of [8065, 8044])
      for (const path of ['/metrics', '/healthz', '/readyz']) {
        times.push(await ask(port, path));
        floor.push(await ask(8000, '/none'));
      }
  const p99 = (list) => list.sort((a, b) => a - b)[Math.floor(list.length * 0.99)];
  console.log(JSON.stringify({ p99: p99(times), max: Math.max(...times), floor: p99(floor) }));
  process.exit();
})();`;

/**
 * Runs inside: 1,000 connections to each service, which dawdle over a request, send no end of headers, or say nothing.
 */
const HARASS = `
const net = require('net');
for (const port of [8065, 8044]) {
  for (let n = 0; n < 1000; n += 1) {
    const socket = net.connect(port, '127.0.0.1').on('error', () => {});
    if (n % 3 === 0) setInterval(() => socket.write('X: y\\r\\n'), 200), socket.write('GET /metrics HTTP/1.1\\r\\n');
    if (n % 3 === 1) socket.write('GET / HTTP/1.1\\r\\nX: ' + 'x'.repeat(20000));
  }
}`;

type Figure = 'p99' | 'max' | 'floor';

async function ask(host: Host, when: string): Promise<string> {
  const { p99, max, floor } = JSON.parse(await host.container.run('node /srv/ask.js')) as Record<Figure, number>;
  assert.ok(p99 < LIMIT_MS, `${when}: p99 ${p99.toFixed(1)} ms, of a bare server beside it ${floor.toFixed(1)} ms`);
  return `${when} ${p99.toFixed(1)} (${max.toFixed(1)}, ${floor.toFixed(1)})`;
}

export const probes: Chapter = {
  name: 'probes answer within 50 ms: at rest, busy, harassed, and without Redis',
  run: async (host) => {
    const folder = join(host.container.tree, 'srv');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'ask.js'), ASK);
    writeFileSync(join(folder, 'harass.js'), HARASS);
    const said: string[] = [];
    try {
      said.push(await ask(host, 'at rest'));
      const plans = flow(host.redis, 2);
      said.push(await ask(host, 'busy'));
      await plans.stop();
      await host.container.run('systemd-run -q --unit=harass -p LimitNOFILE=8192 node /srv/harass.js');
      said.push(await ask(host, 'harassed'));
      await host.container.run('systemctl stop harass redis-server');
      said.push(await ask(host, 'without Redis'));
    } finally {
      await host.container.try('systemctl stop harass; systemctl start redis-server'); // for the next chapter
    }
    await host.untilReady('quantum-allocation-target', 20);
    await host.untilReady('quantum-governor', 20);
    return `p99 (max, p99 of a bare server) in ms: ${said.join(', ')}`;
  },
};

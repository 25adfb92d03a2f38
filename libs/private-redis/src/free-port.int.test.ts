import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { freePort } from './free-port.js';

describe('a free port', () => {
  it('can be bound, and differs each time', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()));
    const servers = [...new Set(ports)].map((port) => createServer().listen(port, '127.0.0.1'));
    await Promise.all(servers.map((server) => once(server, 'listening')));
    expect(servers.length).toBeGreaterThan(15);
    await Promise.all(servers.map((server) => once(server.close(), 'close')));
  });
});

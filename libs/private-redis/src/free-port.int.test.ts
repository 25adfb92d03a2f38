import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { freePort, onFreePorts } from './free-port.js';
import { startPrivateRedis } from './start.js';

describe('a free port', () => {
  it('can be bound, and differs each time', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()));
    const servers = [...new Set(ports)].map((port) => createServer().listen(port, '127.0.0.1'));
    await Promise.all(servers.map((server) => once(server, 'listening')));
    expect(servers.length).toBeGreaterThan(15);
    await Promise.all(servers.map((server) => once(server.close(), 'close')));
  });

  it('that another process took meanwhile is replaced, also one that the caller chose', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const ports = [(other.address() as AddressInfo).port, await freePort()];
    const tried: string[] = [];
    const server = await onFreePorts(() => {
      const port = String(ports[tried.length] ?? 0);
      tried.push(port);
      return startPrivateRedis({ config: { 'cluster-enabled': 'yes', 'cluster-port': port }, tcp: true });
    });
    expect(tried).toEqual(ports.map(String));
    await server.stop();
    await once(other.close(), 'close');
    await expect(onFreePorts(() => Promise.reject(new Error('bad setting')))).rejects.toThrow('bad setting');
  });
});

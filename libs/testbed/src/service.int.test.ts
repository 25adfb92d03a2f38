import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { announcedUrl, portZero, startService, until } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'service-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const SERVICE = `
  const { METRICS_HOST: host, METRICS_PORT: port } = process.env;
  let asked = 0;
  const server = require('node:http').createServer((request, response) => {
    if (request.url === '/metrics') return response.end('up 1\\n');
    response.statusCode = ++asked > 1 ? 200 : 503;
    response.end('no Redis\\n');
  });
  server.listen(Number(port), host, () => {
    console.log(JSON.stringify({ level: 'info', url: 'http://' + host + ':' + server.address().port, msg: 'listening' }));
  });`;

function start(name: string, text: string) {
  const mainFile = join(folder, `${name}.js`);
  writeFileSync(mainFile, text);
  return startService({ name, mainFile, env: {}, logFile: join(folder, `${name}.log`) });
}

describe('startService', () => {
  it('lets services choose their ports and learns them from their logs', async () => {
    const services = ['one', 'two'].map((name) => start(name, SERVICE));
    const urls = await Promise.all(services.map((service) => service.listening()));
    expect(new Set(urls).size).toBe(2);
    for (const [i, service] of services.entries()) {
      expect(service.url).toBe(urls[i]);
      expect(await service.metrics()).toBe('up 1\n');
      expect(await service.notReady()).toBe('503 no Redis');
      expect(await until(async () => (await service.notReady()) === undefined, 5000)).toBe(true);
      expect(await service.stop()).toEqual({ code: null, signal: 'SIGTERM' });
      await expect(service.metrics()).rejects.toThrow(/does not answer/);
    }
  });

  it('does not take the address of the previous service, whose log it continues', async () => {
    const first = start('again', SERVICE);
    const before = await first.listening();
    await first.stop();
    const second = start('again', SERVICE);
    expect(await second.listening()).not.toBe(before);
    await second.stop();
  });

  it('reports the last log lines of a service that ended before it listened', async () => {
    const service = start('broken', `console.log('no REDIS_URL'); process.exitCode = 78;`);
    await expect(service.notReady()).rejects.toThrow('broken has not said yet where it listens');
    await expect(service.listening()).rejects.toThrow('broken exited with code 78; its last log lines:\nno REDIS_URL');
    expect(service.ended).toBe('exited with code 78');
  });
});

describe('the environment of a service', () => {
  it('makes it log its address, for any configured level', () => {
    expect(portZero({ LOG_LEVEL: 'error' })).toMatchObject({ LOG_LEVEL: 'info', METRICS_PORT: '0' });
    expect(portZero({ LOG_LEVEL: 'debug' })).toMatchObject({ LOG_LEVEL: 'debug' });
    const pages = { CONSOLE_HOST: '127.0.0.1', CONSOLE_PORT: '0' };
    expect(portZero({})).toEqual({ METRICS_HOST: '127.0.0.1', METRICS_PORT: '0', ...pages });
  });

  it.each([
    ['{"level":"info","metrics":"http://127.0.0.1:8065","msg":"running"}', 'http://127.0.0.1:8065'],
    ['{"level":"info","url":"http://127.0.0.1:8044","msg":"metrics are served"}', 'http://127.0.0.1:8044'],
    ['{"config":{"REDIS_URL":"redis://127.0.0.1:6379"}}', undefined],
    ['http://127.0.0.1:8044', undefined],
  ])('recognises the address in %s', (line, url) => {
    expect(announcedUrl(line)).toBe(url);
  });
});

import { describe, expect, it } from '@jest/globals';
import { targetOf } from './address.js';

const defaults = { host: 'localhost', port: 6379, db: 0 };
const tls = { ca: 'CA', cert: 'CERT', key: 'KEY' };
const target = (url: string, more = {}) => targetOf({ url, ...defaults, ...more });
const options = (url: string, more = {}) => target(url, more).options;

describe('targetOf', () => {
  it('takes host, port and database without a URL', () => {
    expect(target('')).toEqual({ kind: 'server', options: defaults });
    expect(options('', { username: 'me', password: 'p' })).toEqual({ ...defaults, username: 'me', password: 'p' });
  });

  it('reads user, password and database out of a URL', () => {
    expect(options('redis://u:p%40ss@example:7000/3')).toEqual({
      host: 'example',
      port: 7000,
      db: 3,
      username: 'u',
      password: 'p@ss',
    });
  });

  it('speaks TLS for rediss, to IPv6 without brackets, over a unix socket', () => {
    expect(options('rediss://example')).toMatchObject({ host: 'example', port: 6379, tls: { servername: 'example' } });
    expect(options('rediss://127.0.0.1', { tls })).toMatchObject({ tls });
    expect(options('redis://[::1]:7000', { tls })).toEqual({ host: '::1', port: 7000, db: 0 });
    expect(options('unix:///run/redis.sock?db=2')).toEqual({ path: '/run/redis.sock', db: 2 });
  });

  it('asks sentinels for the master', () => {
    const url = 'rediss+sentinel://me:p@h1,h2:7/mymaster/1?sentinel_username=s&sentinel_password=t';
    expect(target(url, { tls })).toMatchObject({
      kind: 'server',
      options: {
        sentinels: [
          { host: 'h1', port: 26379 },
          { host: 'h2', port: 7 },
        ],
        name: 'mymaster',
        db: 1,
        username: 'me',
        password: 'p',
        sentinelUsername: 's',
        sentinelPassword: 't',
        tls,
        sentinelTLS: tls,
        enableTLSForSentinelMode: true,
      },
    });
  });

  it('asks any node of a Cluster for the others', () => {
    expect(target('redis+cluster://h1:1,h2', { password: 'p' })).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'h1', port: 1 },
        { host: 'h2', port: 6379 },
      ],
      options: { password: 'p' },
    });
  });

  it('refuses a URL of another kind', () => {
    expect(() => options('http://example')).toThrow('a Redis URL is redis://');
  });
});

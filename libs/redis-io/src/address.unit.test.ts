import { describe, expect, it } from '@jest/globals';
import { addressOptions } from './address.js';

const defaults = { host: 'localhost', port: 6379, db: 0 };
const options = (url: string) => addressOptions({ url, ...defaults });

describe('addressOptions', () => {
  it('takes host, port and database where there is no URL', () => {
    expect(options('')).toEqual(defaults);
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
    expect(options('redis://[::1]:7000')).toMatchObject({ host: '::1', port: 7000 });
    expect(options('unix:///run/redis.sock?db=2')).toEqual({ path: '/run/redis.sock', db: 2 });
  });

  it('refuses a URL of another kind', () => {
    expect(() => options('http://example')).toThrow('starts with redis://');
  });
});

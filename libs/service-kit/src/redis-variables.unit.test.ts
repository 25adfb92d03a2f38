import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from './define-config.js';
import { loadConfig } from './load-config.js';
import { redisAddress, redisCrossChecks, redisVariables } from './redis-variables.js';

const definition = defineConfig(redisVariables, { crossChecks: redisCrossChecks });
const load = (env: Record<string, string>) => loadConfig(definition, env);
const addressOf = (env: Record<string, string>) => redisAddress(load(env).config);
const noTls = { ca: undefined, cert: undefined, key: undefined };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'redis-variables-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('REDIS_URL', () => {
  it.each([
    'redis://localhost',
    'redis://me:p%40ss@10.0.0.1:6379/3',
    'rediss://:secret@[::1]:6380/',
    'unix:///run/redis/redis.sock?db=1',
    'redis+sentinel://me:secret@10.0.0.1:26379,10.0.0.2/mymaster/2?sentinel_password=other',
    'rediss+sentinel://10.0.0.1/mymaster',
    'redis+cluster://me:secret@10.0.0.1:7000,[::1]:7001',
    'rediss+cluster://10.0.0.1:7000/0',
  ])('takes %s', (url) => {
    expect(addressOf({ REDIS_URL: url })).toMatchObject({ url, host: 'localhost', port: 6379, db: 0 });
  });

  it.each([
    'localhost:6379',
    'http://h',
    'redis://',
    'redis://h/zero',
    'redis://h/1/2',
    'redis://:%zz@h',
    'redis://h:port',
    'redis://h1,h2',
    'unix://',
    'unix:///run/redis.sock?db=x',
    'redis+sentinel://h:26379',
    'redis+sentinel://h:26379/',
    'redis+sentinel://h,/mymaster',
    'redis+cluster://h:7000/1',
    'redis+other://h',
  ])('refuses %s', (url) => {
    expect(() => load({ REDIS_URL: url })).toThrow('is not allowed, must be redis://');
  });

  it('is empty in an address of host and port', () => {
    expect(addressOf({ REDIS_DB: '2' })).toEqual({
      url: '', host: 'localhost', port: 6379, db: 2, username: undefined, password: undefined, tls: noTls,
    }); // prettier-ignore
  });
});

describe('user, password and certificates', () => {
  it('come from variables and files', () => {
    const address = addressOf({
      REDIS_URL: 'rediss+cluster://h',
      REDIS_USERNAME: 'me',
      REDIS_PASSWORD_FILE: file('password', 'p@ss\n'),
      REDIS_TLS_CA: file('ca', 'CA'),
      REDIS_TLS_CERT: file('cert', 'CERT'),
      REDIS_TLS_KEY: file('key', 'KEY'),
    });
    expect(address).toMatchObject({ username: 'me', password: 'p@ss', tls: { ca: 'CA', cert: 'CERT', key: 'KEY' } });
  });

  it('are not shown', () => {
    const url = 'redis+sentinel://me:hidden1@h/m?sentinel_password=hidden2';
    expect(JSON.stringify(load({ REDIS_URL: url }).effective)).not.toContain('hidden');
    expect(load({ REDIS_PASSWORD: 'hidden' }).effective['REDIS_PASSWORD']).toBe('***');
    const path = file('secret', 'hidden');
    expect(load({ REDIS_PASSWORD_FILE: path }).effective['REDIS_PASSWORD_FILE']).toBe(path);
  });

  it.each([
    { REDIS_HOST: 'me:plant-ed@h' },
    { REDIS_HOST: 'me:plant-ed' },
    { REDIS_HOST: 'plant-ed@h' },
    { REDIS_HOST: 'h:6379:plant-ed' },
    { REDIS_HOST: 'redis://me:plant-ed@h' },
    { REDIS_HOST: '[::1]:plant-ed' },
    { REDIS_HOST: 'me:plant-ed@h # comment' },
    { REDIS_PORT: '6379:plant-ed' },
    { REDIS_PORT: 'plant-ed@6379' },
    { REDIS_DB: '0@plant-ed' },
    { REDIS_PASSWORD_FILE: 'plant-ed' },
    { REDIS_TLS_KEY: 'plant-ed' },
    { REDIS_TLS_CA: 'me:plant-ed' },
    { REDIS_HOST: 'me:plant-ed@h', REDIS_DB: 'plant-ed' },
  ])('are not shown where they are in the wrong variable: %j', (env) => {
    const [[name] = ['']] = Object.entries(env);
    let said = '';
    try {
      load(env);
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said).toContain(`${name}: '***' `);
    expect(said).not.toContain('plant');
  });

  it.each([
    ['REDIS_HOST', 'h!'],
    ['REDIS_HOST', '[::1]'],
    ['REDIS_PORT', 'x'],
    ['REDIS_PASSWORD_FILE', '/nowhere'],
  ])('do not keep a refused %s of %s from being shown', (name, value) => {
    expect(() => load({ [name]: value })).toThrow(`${name}: '${value}' is not allowed`);
  });

  it.each(['localhost', 'redis_1.internal-x', '10.0.0.1', '::1', 'fe80::1%eth0', '::ffff:10.0.0.1'])(
    'are not seen in the host %s',
    (host) => {
      expect(addressOf({ REDIS_HOST: host })).toMatchObject({ host });
    },
  );

  it.each([
    [{ REDIS_URL: 'redis://me:a@h', REDIS_USERNAME: 'me' }, 'the user must stand in one of them'],
    [{ REDIS_URL: 'redis://me:a@h', REDIS_PASSWORD: 'a' }, 'the password must stand in one of them'],
    [{ REDIS_USERNAME: 'me' }, 'a user needs a password'],
    [{ REDIS_URL: 'redis://me@h' }, 'a user needs a password'],
    [{ REDIS_URL: 'redis+cluster://h', REDIS_DB: '1' }, 'a Cluster has database 0 alone'],
    [{ REDIS_PASSWORD_FILE: '/nowhere' }, "REDIS_PASSWORD_FILE: '/nowhere' is not allowed, must be the path of a file"],
  ])('%j is a violation', (env, message) => {
    expect(() => load(env as Record<string, string>)).toThrow(message);
  });

  it('certificates without TLS and half a client certificate are violations', () => {
    const path = file('pem', 'PEM');
    expect(() => load({ REDIS_URL: 'redis://h', REDIS_TLS_CA: path })).toThrow(
      'certificates need a REDIS_URL with rediss',
    );
    expect(() => load({ REDIS_URL: 'rediss://h', REDIS_TLS_CERT: path })).toThrow('must both be there, or none');
  });
});

it.each(['REDIS_PASSWORD_FILE', 'REDIS_TLS_CA', 'REDIS_TLS_CERT', 'REDIS_TLS_KEY'])(
  '%s does not take what is no file of a password or certificates',
  (name) => {
    for (const path of [folder, file('large', 'x'.repeat(2 ** 20 + 1))]) {
      expect(() => load({ [name]: path })).toThrow(`${name}: '${path}' is not allowed`);
    }
  },
);

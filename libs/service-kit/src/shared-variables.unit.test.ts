import { describe, expect, it } from '@jest/globals';
import { defineConfig } from './define-config.js';
import { loadConfig } from './load-config.js';
import { redisAddress, sharedVariables } from './shared-variables.js';

const definition = defineConfig(sharedVariables);
const load = (REDIS_URL: string) => loadConfig(definition, { REDIS_URL, REDIS_DB: '2' }).config;

describe('REDIS_URL', () => {
  it.each([
    'redis://localhost',
    'redis://me:p%40ss@10.0.0.1:6379/3',
    'rediss://:secret@[::1]:6380/',
    'unix:///run/redis/redis.sock?db=1',
  ])('takes %s', (url) => {
    expect(redisAddress(load(url))).toEqual({ url, host: 'localhost', port: 6379, db: 2 });
  });

  it.each(['localhost:6379', 'http://h', 'redis://', 'redis://h/zero', 'redis://:%zz@h', 'redis://h:port', 'unix://'])(
    'refuses %s',
    (url) => {
      expect(() => load(url)).toThrow('is not allowed, must be redis://');
    },
  );

  it('is empty in an address of host and port', () => {
    expect(redisAddress(load(''))).toEqual({ url: '', host: 'localhost', port: 6379, db: 2 });
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withCredentials } from './credentials.js';

describe('withCredentials', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('names each credential that is there in the variable that takes a path', () => {
    writeFileSync(join(folder, 'redis-password'), 'hunter2\n');
    writeFileSync(join(folder, 'redis-tls-key'), 'PEM');
    expect(withCredentials({ CREDENTIALS_DIRECTORY: folder, REDIS_PASSWORD_FILE: ' ' })).toEqual({
      CREDENTIALS_DIRECTORY: folder,
      REDIS_PASSWORD_FILE: join(folder, 'redis-password'),
      REDIS_TLS_KEY: join(folder, 'redis-tls-key'),
    });
  });

  it('leaves what is set, and takes a blank or missing credential for none', () => {
    writeFileSync(join(folder, 'redis-password'), 'hunter2');
    writeFileSync(join(folder, 'redis-tls-key'), '\n');
    const env = { CREDENTIALS_DIRECTORY: folder, REDIS_PASSWORD_FILE: '/own/file' };
    expect(withCredentials(env)).toEqual(env);
    expect(withCredentials({ CREDENTIALS_DIRECTORY: '/nonexistent' })).toEqual({
      CREDENTIALS_DIRECTORY: '/nonexistent',
    });
  });

  it('changes nothing outside of systemd', () => {
    const env = { REDIS_HOST: 'db' };
    expect(withCredentials(env)).toBe(env);
  });
});

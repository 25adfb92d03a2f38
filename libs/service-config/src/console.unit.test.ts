import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig } from '@quantum/service-kit';
import { consoleDefinition } from './console.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'console-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function tokenFile(token: string): string {
  const path = join(folder, 'token');
  writeFileSync(path, token);
  return path;
}
const load = (env: Record<string, string>) => loadConfig(consoleDefinition, env).config;

describe('the console', () => {
  it('is served on loopback and asks for nothing by default', () => {
    expect(load({})).toMatchObject({ consoleHost: '127.0.0.1', consolePort: 8070, metricsPort: 8071 });
    expect(load({}).authToken).toBeUndefined();
  });

  it.each(['localhost', '127.0.0.1', '127.8.9.10', '::1'])('needs no token on %s', (address) => {
    expect(load({ CONSOLE_HOST: address }).consoleHost).toBe(address);
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', 'db.example', '127.example', '::ffff:127.0.0.1'])(
    'is refused on %s without a token, and taken with one',
    (address) => {
      expect(() => load({ CONSOLE_HOST: address })).toThrow(/loopback address needs CONSOLE_AUTH_TOKEN_FILE/);
      const env = { CONSOLE_HOST: address, CONSOLE_AUTH_TOKEN_FILE: tokenFile('0123456789abcdef\n') };
      expect(load(env).authToken).toBe('0123456789abcdef');
    },
  );

  it('names the variable that was meant', () => {
    expect(loadConfig(consoleDefinition, { CONSOLE_PROT: '8070' }).warnings.join()).toContain('CONSOLE_PORT');
  });

  it.each([
    ['short', 'at least 16 characters'],
    ['0123456789 abcdef', 'printable ASCII without blanks'],
    ['0123456789abcdef\nsecond line', 'printable ASCII without blanks'],
    ['0123456789abcdefé', 'printable ASCII without blanks'],
  ])('refuses the token %j and does not print it', (token, why) => {
    const refused = () => load({ CONSOLE_AUTH_TOKEN_FILE: tokenFile(token) });
    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(why);
    expect(refused).not.toThrow(token);
  });
});

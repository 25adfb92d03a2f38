import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskUrls } from './mask.js';
import { Redactor } from './redact.js';

/** Passwords as people and generators make them, odd characters preferred. */
const character = fc.constantFrom(...Array.from(' "\'\\%@:#/?&=+$^.*()[]{}|-äß€𝕏aZ09'));
const secrets = fc
  .string({ unit: character, minLength: 4, maxLength: 20 })
  .filter((secret) => Array.from(secret.trim()).length >= 4);

const knowing = (...known: string[]): Redactor => {
  const redactor = new Redactor();
  redactor.add(known);
  return redactor;
};

describe('Redactor', () => {
  it.each<[string, (secret: string) => string]>([
    ['plain', (secret) => secret],
    ['percent-encoded', encodeURIComponent],
    [
      'percent-encoded in small letters',
      (secret) => encodeURIComponent(secret).replace(/%../g, (hex) => hex.toLowerCase()),
    ],
    ['as URL writes it', (secret) => new URL(`redis://:${encodeURIComponent(secret)}@h`).password],
    ['in JSON', (secret) => JSON.stringify(secret).slice(1, -1)],
    ['in JSON inside JSON', (secret) => JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
  ])('hides a secret: %s', (_, write) => {
    fc.assert(
      fc.property(secrets, (secret) => {
        expect(knowing(secret).redact(`< ${write(secret)} >`)).toBe('< *** >');
      }),
    );
  });

  it('hides a secret without the blanks around it', () => {
    expect(knowing(' pl anted\n').redact('<pl anted>')).toBe('<***>');
  });

  it('hides a secret that is known percent-encoded alone', () => {
    expect(knowing('pl%40nted').redact('pl@nted, pl%40nted')).toBe('***, ***');
  });

  it('hides the whole of secrets that share a part', () => {
    expect(knowing('hunter22', 'ter22xyz').redact('<hunter22xyz>')).toBe('<***>');
    expect(knowing('hunter', 'hunter22').redact('hunter22 hunter')).toBe('*** ***');
  });

  it('leaves a text without secrets as it is, and does not search for what is too short', () => {
    expect(knowing('abc', '').redact('abc is the cabin')).toBe('abc is the cabin');
    expect(new Redactor().redact('symbol=BTCUSDT at http://127.0.0.1:8044/metrics')).toBe(
      'symbol=BTCUSDT at http://127.0.0.1:8044/metrics',
    );
  });

  it('hides the user whom Redis refuses', () => {
    const refusal = "NOPERM User planted-user has no permissions to run the 'get' command";
    expect(new Redactor().redact(refusal)).toBe("NOPERM User *** has no permissions to run the 'get' command");
  });

  it('hides what an error of a library carries, however it is printed', () => {
    const error = Object.assign(new Error('x'), { command: { args: ['planted-1'] } });
    expect(knowing('planted-1').redact(inspect(error))).not.toContain('planted');
  });
});

describe('maskUrls', () => {
  it.each([
    ['redis://me:p@h:1/0', 'redis://***@h:1/0'],
    ['redis://:p/w@x@h', 'redis://***@h'],
    ['redis://token@h', 'redis://***@h'],
    ['redis://h:6379/0', 'redis://h:6379/0'],
    ['redis://h?password=p&db=1', 'redis://h?password=***&db=1'],
    ['/run/redis.sock', '/run/redis.sock'],
    ['redis://[user:password@]host[:port][/db]', 'redis://[user:password@]host[:port][/db]'],
    ['{"a":"redis://u:p@h","mail":"x@y"}', '{"a":"redis://***@h","mail":"x@y"}'],
    ['9redis+x://u:p@h, ://u:p@h', '9redis+x://***@h, ://u:p@h'],
    ['redis://[user:password@]host,redis://u:p@h', 'redis://[user:password@]host,redis://***@h'],
    ['x@y redis://h:1 x@y', 'x@y redis://h:1 x@y'],
  ])('%s', (text, masked) => {
    expect(maskUrls(text)).toBe(masked);
  });

  it.each([
    ['letters', 'a'],
    ['schemes', 'a://'],
    ['queries', '?a'],
  ])('takes one pass through a million characters: %s', (_what, part) => {
    const long = part.repeat(1_000_000 / part.length);
    expect(maskUrls(`x="${long}" redis://me:p@h`)).toBe(`x="${long}" redis://***@h`);
  });

  it('hides the same as the regular expression that says what it hides', () => {
    const parts = fc.constantFrom('redis', '://', ':', '/', '@', ' ', '"', '[user:password@]', '9', 'é', '+x');
    const login = /([a-z0-9+.-]+:\/\/)(?!\[user:password@\])[^\s"'`<>]*@/gi;
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 12 }), (chosen) => {
        const text = chosen.join('');
        expect(maskUrls(text)).toBe(text.replace(login, '$1***@'));
      }),
    );
  });
});

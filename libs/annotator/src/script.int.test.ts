import { describe, expect, it } from '@jest/globals';
import { runScripts, valueOf } from '@quantum/redis-io';
import { permitKey } from '@quantum/redis-schemas';
import { aPlan } from '@quantum/test-fixtures';
import { boundedRuns, useRedis } from '@quantum/testing';
import fc from 'fast-check';
import { ANNOTATE, annotateCommand } from './script.js';

const { redis } = useRedis();
const KEY = permitKey('p1');
const HINT = '"eff_score":"0.2000","eff_action":"DOWNSIZE"';
const OLD =
  '{"granted": true, "symbol": "BTCUSDT", "decision": "EXECUTE", "computed_qty": 0.01, "computed_notional": 500.0, ' +
  '"created_at": 1763899200.123456789, "consumed": false}';

async function run(symbol = 'BTCUSDT', hint = HINT): Promise<unknown> {
  const [reply] = await runScripts(redis(), [ANNOTATE], [annotateCommand(aPlan({ symbol }), hint)]);
  return valueOf(reply);
}

/** Annotates a permit with this text and says what became of it. */
async function annotate(text: string, symbol?: string): Promise<{ result: unknown; after: string | null }> {
  await redis().set(KEY, text, 'PX', 59_999);
  const expiresMs = await redis().pexpiretime(KEY);
  const result = await run(symbol);
  expect(await redis().pexpiretime(KEY)).toBe(expiresMs);
  return { result, after: await redis().get(KEY) };
}

/** A permit of the old shape with further text inside, before its closing brace. */
const permit = (inside: string, end = '}') => OLD.slice(0, -1) + inside + end;

describe('annotating a permit', () => {
  it.each([
    ['as a Python governor writes it', OLD],
    ['without blanks', JSON.stringify(JSON.parse(OLD))],
    ['over several lines', JSON.stringify(JSON.parse(OLD), null, 2)],
    ['with blanks before the brace', permit(' \t\r\n ')],
    ['with blanks behind the brace', permit('', '} \n')],
    ['with blanks in front', ` \r\n\t${OLD}`],
    ['with nested objects', permit(',"a":{"b":{"c":[{},{"d":{}}]}}')],
    ['with braces in strings', permit(',"a":"}{]","b}":"\\"}","c":"\\\\"')],
    ['with our names elsewhere', permit(',"a":{"eff_action":"NONE"},"b":"eff_action","eff_actions":1')],
    ['with unicode escapes', permit(',"a":"\\u007d\\u0022\\ud83d\\ude00","\\u0061b":1')],
    ['with unicode', permit(',"ключ":"値 😀"')],
    [
      'with numbers beyond a double',
      permit(',"a":123456789012345678901234567890.123456789,"b":1E400,"c":-0.0,"d":1e-999'),
    ],
    ['with a name given twice', permit(',"a":1,"a":2')],
    ['with null, and an empty name', permit(',"a":null,"":[]')],
  ])('keeps every byte of one %s', async (_what, text) => {
    const at = text.lastIndexOf('}');
    const { result, after } = await annotate(text);
    expect(result).toBe('annotated');
    expect(after).toBe(`${text.slice(0, at)},${HINT}${text.slice(at)}`);
    expect(JSON.parse(after ?? '')).toEqual({
      ...(JSON.parse(text) as object),
      ...(JSON.parse(`{${HINT}}`) as object),
    });
  });

  it('keeps bytes that are not UTF-8', async () => {
    const text = Buffer.concat([Buffer.from(permit(',"a":"', '')), Buffer.from([0xff, 0xc0, 0x80]), Buffer.from('"}')]);
    await redis().set(KEY, text);
    expect(await run()).toBe('annotated');
    expect(await redis().getBuffer(KEY)).toEqual(Buffer.concat([text.subarray(0, -1), Buffer.from(`,${HINT}}`)]));
  });

  it('gives a permit that never expires no expiry', async () => {
    await redis().set(KEY, OLD);
    expect(await run()).toBe('annotated');
    expect(await redis().pttl(KEY)).toBe(-1);
  });

  it('adds the same to any permit whatever else it holds', async () => {
    const blanks = fc.string({ unit: fc.constantFrom(' ', '\t', '\r', '\n'), maxLength: 4 });
    const bigNumber = fc.stringMatching(/^-?[1-9][0-9]{0,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?$/);
    await fc.assert(
      fc.asyncProperty(fc.json(), bigNumber, blanks, blanks, blanks, async (json, number, front, inside, behind) => {
        const text = `${front}${permit(`,"any":${json},"number":${number}${inside}`)}${behind}`;
        const at = text.lastIndexOf('}');
        const { result, after } = await annotate(text);
        expect(result).toBe('annotated');
        expect(after).toBe(`${text.slice(0, at)},${HINT}${text.slice(at)}`);
        expect(JSON.parse(after ?? '')).toMatchObject({ eff_action: 'DOWNSIZE', consumed: false });
      }),
      boundedRuns(300),
    );
  });
});

describe('what is left as it was', () => {
  it.each([
    ['consumed', 'a consumed permit', permit(',"consumed":true')],
    ['already', 'a permit with a hint', permit(',"eff_action":"NONE"')],
    ['already', 'a permit whose hint is null', permit(',"eff_action":null')],
    ['already', 'a permit with a hint, consumed', permit(',"eff_action":"NONE","consumed":true')],
    ['foreign', 'nothing', ''],
    ['foreign', 'an empty object', '{}'],
    ['foreign', 'an empty object with blanks', ' { } '],
    ['foreign', 'an array', '[]'],
    ['foreign', 'a permit in an array', `[${OLD}]`],
    ['foreign', 'a string', '"}"'],
    ['foreign', 'a number', '7'],
    ['foreign', 'null', 'null'],
    ['foreign', 'an object without its end', OLD.slice(0, -1)],
    ['foreign', 'an object with one brace too many', `${OLD}}`],
    ['foreign', 'two objects', `${OLD}{}`],
    ['foreign', 'two objects with a NUL between them', `${OLD}\0{"a":1}`],
    ['foreign', 'a comma before the brace', permit(',')],
    ['foreign', 'a refusal', OLD.replace('true', 'false')],
    ['foreign', 'a grant in words', OLD.replace('true', '"true"')],
    ['foreign', 'a permit for another symbol', OLD.replace('BTCUSDT', 'ETHUSDT')],
    ['foreign', 'consumed in words', OLD.replace('"consumed": false', '"consumed": "false"')],
    ['foreign', 'a permit that does not say whether it is consumed', OLD.replace(', "consumed": false', '')],
    ['foreign', 'a permit with part of a hint', permit(',"eff_score":"0.1000"')],
    ['foreign', 'a permit of more than 64 KiB', permit(`,"more":"${'x'.repeat(65_536)}"`)],
    ['foreign', 'what is too deep to be read', permit(`,"deep":${'['.repeat(1001)}${']'.repeat(1001)}`)],
  ])('%s: %s', async (expected, _what, text) => {
    expect(await annotate(text)).toEqual({ result: expected, after: text });
  });

  it('absent: no permit comes into being', async () => {
    expect(await run()).toBe('absent');
    expect(await redis().dbsize()).toBe(0);
  });

  it('already: annotating twice', async () => {
    const { after } = await annotate(OLD);
    expect(await run()).toBe('already');
    expect(await redis().get(KEY)).toBe(after);
  });

  it('foreign: a key of another type', async () => {
    await redis().hset(KEY, 'granted', 'true');
    expect(await run()).toBe('foreign');
    expect(await redis().hgetall(KEY)).toEqual({ granted: 'true' });
  });

  it('foreign: a symbol is compared as text', async () => {
    const text = OLD.replace('BTCUSDT', 'a\\u0022\\u00e9');
    expect((await annotate(text, 'a"é')).result).toBe('annotated');
    expect((await annotate(text, 'a"e')).result).toBe('foreign');
  });
});

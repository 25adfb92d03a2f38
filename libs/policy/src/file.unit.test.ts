import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import { parsePolicyFile, readPolicyFile } from './file.js';
import { POLICY_VARIABLES } from './schema.js';

const violations = (file: unknown) =>
  parsePolicyFile(typeof file === 'string' ? file : JSON.stringify(file)).violations;
const parameters = (values: unknown) => violations({ version: 1, defaults: values });

describe('a policy file', () => {
  it('may be as short as its version', () => {
    expect(parsePolicyFile('{"version":1}').file).toEqual({ defaults: {}, groups: [], symbols: new Map() });
  });

  it('gives its entries', () => {
    const { file } = parsePolicyFile(
      `{ "$schema": "x", "version": 1, "defaults": { "P31_MIN_CONF": 0.7, "P31_HINT_CLOSES": true, "P31_SCALE": -0 },
         "groups": [{ "pattern": "BTC*", "parameters": { "P31_SCALE": 8e-1 } }, { "pattern": "*", "parameters": {} }],
         "symbols": { "BTCUSDT": { "P31_MAX_MULT": 1.2 }, "toString": {} } }`,
    );
    expect(file).toEqual({
      defaults: { P31_MIN_CONF: 0.7, P31_HINT_CLOSES: true, P31_SCALE: 0 },
      groups: [
        { pattern: 'BTC*', parameters: { P31_SCALE: 0.8 } },
        { pattern: '*', parameters: {} },
      ],
      symbols: new Map([
        ['BTCUSDT', { P31_MAX_MULT: 1.2 }],
        ['toString', {}],
      ]),
    });
  });

  it('accepts every parameter of both steps, in the range of its variable', () => {
    const names = [...POLICY_VARIABLES.keys()];
    expect(names.length).toBeGreaterThanOrEqual(13);
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.oneof(uniform(-2, 3), uniform(-2, 100_000), fc.boolean()),
        (name, value) => {
          const variable = POLICY_VARIABLES.get(name);
          const isBoolean = variable?.allowed === 'true or false';
          const asText =
            (typeof value === 'boolean') === isBoolean && variable?.schema.safeParse(String(value)).success === true;
          expect(parameters({ [name]: value }) === undefined).toBe(asText);
        },
      ),
    );
  });
});

describe('what is refused', () => {
  it.each([
    ['nothing', '', /^is not JSON: /],
    ['a comment', '{"version":1} // reviewed', /^is not JSON: /],
    ['a list', '[]', 'the file: must be an object'],
    ['no version', '{}', 'the file: version must be 1'],
    ['a later version', { version: 2 }, 'the file: version must be 1'],
    ['an unknown section', { version: 1, symbol: {} }, 'the file: symbol is not known here'],
    ['invalid defaults', { version: 1, defaults: 1 }, 'defaults: must be an object of parameters'],
    ['invalid groups', { version: 1, groups: {} }, 'the file: groups must be a list of groups'],
    ['more than 1000 groups', { version: 1, groups: Array.from({ length: 1001 }, (_, i) => ({ pattern: `A${i}`, parameters: {} })) }, 'the file: groups must be 1000 at most'],
    ['an invalid group', { version: 1, groups: ['BTC*'] }, 'groups[0]: must be an object with pattern and parameters'],
    ['a group without a pattern', { version: 1, groups: [{ parameters: {} }] }, /^groups\[0\]: pattern must be 1 to 64/],
    ['a group without parameters', { version: 1, groups: [{ pattern: 'A' }] }, 'groups[0] "A": parameters must be an object of parameters'],
    ['more in a group', { version: 1, groups: [{ pattern: 'A', parameters: {}, P31_SCALE: 1 }] }, 'groups[0] "A": P31_SCALE is not known here'],
    ['an empty pattern', { version: 1, groups: [{ pattern: '', parameters: {} }] }, /^groups\[0\] "": pattern must be 1 to 64/],
    ['invalid symbols', { version: 1, symbols: [] }, 'the file: symbols must be an object of symbols'],
    ['an invalid symbol', { version: 1, symbols: { '{A}': {} } }, /^symbols "\{A\}": must be 1 to 64 characters without braces/],
    ['invalid parameters', { version: 1, symbols: { A: 0.8 } }, 'symbols "A": must be an object of parameters'],
    ['a text', { version: 1, symbols: { A: { P31_SCALE: '0.8' } } }, 'symbols "A": P31_SCALE="0.8" is not allowed, must be a number'],
    ['null', { version: 1, defaults: { P31_SCALE: null } }, 'defaults: P31_SCALE=null is not allowed, must be a number'],
    ['what is out of range', { version: 1, groups: [{ pattern: 'A*', parameters: { P31_MIN_CONF: 1.1 } }] }, 'groups[0] "A*": P31_MIN_CONF=1.1 is not allowed, must be a number in 0..1'],
    ['what is too large for a number', '{"version":1,"defaults":{"P31_SCALE":1e999}}', /^defaults: P31_SCALE=null is not allowed/],
    ['a name that is not known', { version: 1, defaults: { P31_MAX_MULTI: 1 } }, 'defaults: P31_MAX_MULTI is not a parameter of a policy; the nearest is P31_MAX_MULT'],
    ['a parameter of a cycle', { version: 1, symbols: { A: { P31_BUDGET: 'cap' } } }, /^symbols "A": P31_BUDGET is not a parameter of a policy/],
    ['a limit of a gate', { version: 1, groups: [{ pattern: 'A', parameters: { GOV_MAX_EXEC_PER_HOUR: 9 } }] }, /^groups\[0\] "A": GOV_MAX_EXEC_PER_HOUR is not a parameter/],
    ['a symbol that occurs twice', '{"version":1,"symbols":{"A":{"P31_SCALE":1},"\\u0041":{}}}', '"\\u0041" occurs twice in one object'],
    ['a parameter that occurs twice', '{"version":1,"defaults":{"P31_SCALE":1,"P31_SCALE":2}}', '"P31_SCALE" occurs twice in one object'],
    ['the name of a built-in property', '{"version":1,"symbols":{"__proto__":{}}}', '"__proto__" can be no name'],
  ])('is %s', (_what, file, line) => {
    const found = violations(file);
    expect(found).toHaveLength(1);
    expect(found?.[0]).toEqual(typeof line === 'string' ? line : expect.stringMatching(line));
  }); // prettier-ignore

  it('is reported at once, every violation', () => {
    expect(
      violations({
        version: 1,
        defaults: { P31_MIN_CONF: -1, P31_X: 1 },
        groups: [{ pattern: 'A', parameters: { P31_SCALE: 'x' } }],
        symbols: { B: { P31_HINT_CLOSES: 1 } },
      }),
    ).toEqual([
      'defaults: P31_MIN_CONF=-1 is not allowed, must be a number in 0..1',
      'defaults: P31_X is not a parameter of a policy; the nearest is P31_BASE',
      'groups[0] "A": P31_SCALE="x" is not allowed, must be a number',
      'symbols "B": P31_HINT_CLOSES=1 is not allowed, must be true or false',
    ]);
  });

  it('is returned, never thrown, for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.jsonValue().map((value) => JSON.stringify({ version: 1, groups: value, symbols: value }))), (text) => {
        const { file, violations: found } = parsePolicyFile(text);
        expect(file === undefined).toBe((found?.length ?? 0) > 0);
      }),
    );
  }); // prettier-ignore
});

describe('the path of a policy file', () => {
  const dir = mkdtempSync(join(tmpdir(), 'policy-'));
  afterAll(() => {
    rmSync(dir, { recursive: true });
  });

  it('must lead to a readable file', () => {
    writeFileSync(join(dir, 'policy.json'), '{"version":1}');
    expect(readPolicyFile(join(dir, 'policy.json')).file).toBeDefined();
    expect(readPolicyFile(join(dir, 'none.json')).violations).toEqual([
      expect.stringMatching(/^cannot be read: ENOENT/),
    ]);
    expect(readPolicyFile(dir).violations).toEqual(['is not a file']);
    writeFileSync(join(dir, 'large.json'), ' '.repeat(8_000_001));
    expect(readPolicyFile(join(dir, 'large.json')).violations).toEqual(['is larger than 8000000 bytes']);
  });
});

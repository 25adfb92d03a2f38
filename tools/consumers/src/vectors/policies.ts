import { createPolicyBook, NO_POLICY_FILE, type PolicyFile, type PolicyStep } from '@quantum/efficiency-policy';
import { hintStep, parsePolicyFile, proposalStep } from '@quantum/policy';
import { governorDefinition, proposerDefinition } from '@quantum/service-config';
import { loadConfig } from '@quantum/service-kit';
import { mulberry32 } from '@quantum/testbed';
import { GOVERNOR_DEFAULTS, PROPOSER_DEFAULTS } from './defaults.js';
import type { Case, Env, Vectors } from './file.js';

interface Given {
  /** The text of the policy file; null: no file. */
  file: string | null;
  symbol: string;
  step: 1 | 2;
}

interface Entries {
  defaults?: object;
  groups?: unknown;
  symbols?: object;
}
const fileOf = (entries: Entries): string => JSON.stringify({ version: 1, ...entries });
const group = (pattern: string, parameters: object) => ({ pattern, parameters });
/** The same for both steps. */
const both = (name: string, file: string | null, symbol = 'BTCUSDT', config?: Env): Case<Given>[] =>
  ([1, 2] as const).map((step) => ({
    name: `${name}, step ${step}`,
    ...(config && { config }),
    given: { file, symbol, step },
  }));

const REVIEWED = fileOf({
  defaults: { P31_MIN_CONF: 0.7 },
  groups: [
    group('BTC*', { P31_SCALE: 0.8, P31_DOWNSIZE_THRESHOLD: 0.4 }),
    group('*_PERP', { P31_STALE_SEC: 120, P31_EFF_TTL_SEC: 120 }),
    group('?T*', { P31_BASE: 1.1, P31_MIN_FACTOR: 0.5 }),
    group('*USDT', { P31_BASE: 0.9, P31_MIN_FACTOR: 0.3 }),
  ],
  symbols: {
    BTCUSDT: { P31_MAX_MULT: 1.2, P31_SMOOTHING_HALFLIFE_SEC: 60 },
    ETHUSDT: { P31_MIN_CONF: 0.9, P31_HINT_CLOSES: true },
    toString: { P31_BASE: 1.05 },
  },
});

function cascades(): Case<Given>[] {
  const symbols = ['BTCUSDT', 'BTCEUR', 'BTC', 'ABTC', 'BTC_PERP', 'ETH_PERP', 'ETHUSDT', 'ETH', 'XT', 'ADAUSDT', 'btcusdt', 'toString', 'constructor', 'BTC:\u00c4\u{1f600}']; // prettier-ignore
  const config = { P31_SCALE: '1.25', P31_BUDGET: 'cap', P31_MAX_EXTRA_COOLDOWN_SEC: '60', P31_MIN_CONF: '0.5' };
  const tie = fileOf({
    groups: [group('A*', { P31_BASE: 2 }), group('*B', { P31_BASE: 3 }), group('AB', { P31_BASE: 4 })],
  });
  return [
    ...both('no file', null),
    ...both('no file, other variables', null, 'BTCUSDT', config),
    ...both('the least file', '{"version":1}'),
    ...both('blanks and a schema', ' { "$schema" : "x" ,\n"version": 1.0e0 }\t'),
    ...symbols.flatMap((symbol) => both(`cascade of ${symbol}`, REVIEWED, symbol)),
    ...both('cascade over other variables', REVIEWED, 'BTCUSDT', config),
    ...['AB', 'AxB', 'A', 'B', 'Bx'].flatMap((symbol) => both(`the first of equals, ${symbol}`, tie, symbol)),
  ];
}

/** Short patterns over few letters, so that many match. */
function patterns(): Case<Given>[] {
  const random = mulberry32(5);
  const word = (letters: string, least: number): string =>
    Array.from({ length: least + Math.floor(5 * random()) }, () => letters[Math.floor(letters.length * random())]).join(
      '',
    );
  return Array.from({ length: 60 }, (_, i) => {
    const names = [...new Set(Array.from({ length: 5 }, () => word('AB**?', 1)))];
    const groups = names.map((pattern, at) => group(pattern, { P31_BASE: at + 2 }));
    return { name: `patterns ${i + 1}`, given: { file: fileOf({ groups }), symbol: word('AB', 1), step: 1 } };
  });
}

function values(): Case<Given>[] {
  const numbers = ['-0', '0.0', '1.0', '100', '1e2', '1E-7', '123456789012345678901234567890', '1e21', '0.1e1', '5e-324', '0.30000000000000004', '-1.7e308', '1e400', '-1e400', '"1"', 'null', 'true', '[1]', '{}', '01', '+1', '.5', '1.', 'NaN', '0x1']; // prettier-ignore
  const bounds: Record<string, readonly number[]> = {
    P31_MIN_CONF: [0, 1, -0.1, 1.1], P31_MAX_FUTURE_SEC: [0, 86_400, 86_401, 1e9, -1], P31_STALE_SEC: [0, 604_800, 604_801, -1],
    P31_EFF_TTL_SEC: [0, 5e-324, 604_800, 604_801],
    P31_MIN_MULT: [0, -1], P31_MAX_MULT: [0.5, -1], P31_SMOOTHING_HALFLIFE_SEC: [0, 86_400, 86_401, -1],
    P31_DOWNSIZE_THRESHOLD: [0, 5e-324, 1, 1.1], P31_MIN_FACTOR: [0.0001, 0.00009, 1, 1.1],
    P31_MAX_EXTRA_COOLDOWN_SEC: [0, 86_400, 86_401, -1],
  }; // prettier-ignore
  return [
    ...numbers.map((text): Case<Given> => ({
      name: `P31_SCALE ${text}`,
      given: { file: `{"version":1,"symbols":{"A":{"P31_SCALE":${text}}}}`, symbol: 'A', step: 1 },
    })),
    ...Object.entries(bounds).flatMap(([name, given]) =>
      given.flatMap((value) => both(`${name} ${value}`, fileOf({ defaults: { [name]: value } }))),
    ),
    ...['true', 'false', '1', '"true"'].flatMap((text) =>
      both(`P31_HINT_CLOSES ${text}`, `{"version":1,"defaults":{"P31_HINT_CLOSES":${text}}}`),
    ),
  ];
}

function refusals(): Case<Given>[] {
  const long = 'A'.repeat(65);
  const files: Record<string, string> = {
    'no text': '',
    'no JSON': '{"version":1} // reviewed',
    'a byte order mark': '\ufeff{"version":1}',
    'a list': '[]',
    'no version': '{}',
    'another version': '{"version":2}',
    'a version as text': '{"version":"1"}',
    'an unknown section': '{"version":1,"symbol":{}}',
    'a schema that is no text': '{"version":1,"$schema":1}',
    'defaults that are none': fileOf({ defaults: [] }),
    'groups that are none': fileOf({ groups: {} }),
    'a group that is none': fileOf({ groups: ['BTC*'] }),
    'a group without a pattern': fileOf({ groups: [{ parameters: {} }] }),
    'a group without parameters': fileOf({ groups: [{ pattern: 'A' }] }),
    'a group with more': fileOf({ groups: [{ ...group('A', {}), note: '' }] }),
    'a pattern twice': fileOf({ groups: [group('A', {}), group('B', {}), group('A', {})] }),
    'an empty pattern': fileOf({ groups: [group('', {})] }),
    'a pattern of 65': fileOf({ groups: [group(long, {})] }),
    'a pattern with a brace': fileOf({ groups: [group('A{', {})] }),
    'a symbol of 65': fileOf({ symbols: { [long]: {} } }),
    'an empty symbol': fileOf({ symbols: { '': {} } }),
    'a symbol with a brace': fileOf({ symbols: { 'A}': {} } }),
    'a symbol with a control character': fileOf({ symbols: { 'A\u0085': {} } }),
    'a parameter that is none': fileOf({ defaults: { P31_SCALES: 1 } }),
    'a variable that is no parameter': fileOf({ defaults: { P31_BUDGET: 'cap' } }),
    'a name of another case': fileOf({ defaults: { p31_scale: 1 } }),
    'a parameter twice': '{"version":1,"defaults":{"P31_SCALE":1,"P31_SCALE":1}}',
    'a section twice': '{"version":1,"symbols":{},"symbols":{}}',
    'a name that is passed over': '{"version":1,"symbols":{"__proto__":{}}}',
    'bounds the wrong way round, of the defaults': fileOf({ defaults: { P31_MIN_MULT: 2 } }),
    'bounds the wrong way round, of a group': fileOf({ groups: [group('A', { P31_MIN_MULT: 2 })] }),
    'bounds the wrong way round, of a symbol by its group': fileOf({ groups: [group('A*', { P31_MAX_MULT: 1.1 })], symbols: { AB: { P31_MIN_MULT: 1.2 } } }), // prettier-ignore
    'bounds that are mended where they apply': fileOf({ symbols: { A: { P31_MIN_MULT: 2, P31_MAX_MULT: 3 } } }),
  };
  const fine = 'A'.repeat(64);
  return [
    ...Object.entries(files).flatMap(([name, file]) => both(name, file, 'AB')),
    ...both('a symbol of 64', fileOf({ symbols: { [fine]: { P31_BASE: 2 } } }), fine),
    ...both('bounds against the environment', fileOf({ defaults: { P31_MIN_MULT: 1.2 } }), 'A', {
      P31_MAX_MULT: '1.1',
    }),
  ];
}

function book<P extends object>(file: PolicyFile, step: PolicyStep<P>, symbol: string): object {
  const { book: made } = createPolicyBook(file, step);
  if (!made) return { refused: true };
  const { policy } = made.of(symbol);
  return { policy, parameters: made.all().find((each) => each.policy === policy)?.text };
}

const own = (config: Env, names: Env): Env => Object.fromEntries(Object.keys(names).map((name) => [name, config[name] ?? ''])); // prettier-ignore

/** The parameters of a symbol, and their hash. */
export const policies: Vectors<Given> = {
  about:
    'What decides about a symbol under a policy file: the canonical text of its parameters and their hash (policy), or that the ' +
    'file is refused. file: its text; null: there is none. step: 1 proposals, 2 hints. See docs/integration/operators.md, Policy by symbol.',
  config: { ...PROPOSER_DEFAULTS, ...GOVERNOR_DEFAULTS },
  cases: [...cascades(), ...patterns(), ...values(), ...refusals()],
  answer: ({ file: text, symbol, step }, config) => {
    const file = text === null ? NO_POLICY_FILE : parsePolicyFile(text).file;
    if (!file) return { refused: true };
    return step === 1
      ? book(file, proposalStep(loadConfig(proposerDefinition, own(config, PROPOSER_DEFAULTS)).config), symbol)
      : book(file, hintStep(loadConfig(governorDefinition, own(config, GOVERNOR_DEFAULTS)).config), symbol);
  },
};

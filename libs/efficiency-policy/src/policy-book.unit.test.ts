import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  charactersOf,
  createPolicyBook,
  HINT_PARAMETERS,
  NO_POLICY_FILE,
  patternOf,
  PROPOSAL_PARAMETERS,
  type ParameterValues,
  type PolicyBook,
  type PolicyFile,
  type PolicyStep,
  type ProposalParameters,
} from './index.js';

const step: PolicyStep<ProposalParameters> = {
  names: PROPOSAL_PARAMETERS,
  checks: [
    {
      variables: ['P31_MIN_MULT', 'P31_MAX_MULT'],
      holds: ({ minMultiplier, maxMultiplier }) => minMultiplier <= maxMultiplier,
      requirement: 'P31_MIN_MULT must not exceed P31_MAX_MULT',
    },
  ],
  base: {
    minConfidence: 0.65,
    maxFutureSec: 60,
    maxAgeSec: 600,
    base: 1,
    scale: 1,
    minMultiplier: 0.5,
    maxMultiplier: 1.5,
    smoothingHalflifeSec: 0,
  },
  common: { P31_BUDGET: 'off' },
  hash: (text) => createHash('sha256').update(text).digest('hex'),
};

const file = (parts: {
  defaults?: ParameterValues;
  groups?: [string, ParameterValues][];
  symbols?: Record<string, ParameterValues>;
}): PolicyFile => ({
  defaults: parts.defaults ?? {},
  groups: (parts.groups ?? []).map(([pattern, parameters]) => ({ pattern, parameters })),
  symbols: new Map(Object.entries(parts.symbols ?? {})),
});
const book = (of: PolicyFile, own: Partial<PolicyStep<ProposalParameters>> = {}): PolicyBook<ProposalParameters> => {
  const made = createPolicyBook(of, { ...step, ...own });
  if (!made.book) throw new Error(made.violations.join('\n'));
  return made.book;
};
const violations = (of: PolicyFile) => createPolicyBook(of, step).violations;
const matches = (pattern: string, symbol: string) => patternOf(pattern).matches(charactersOf(symbol));
const literalLength = (pattern: string) => patternOf(pattern).literals;

// Few values and symbols, so that entries collide. No value can contradict another.
const values = fc.dictionary(
  fc.constantFrom('P31_SCALE', 'P31_BASE', 'P31_MIN_CONF', 'P31_DOWNSIZE_THRESHOLD'),
  fc.constantFrom(0.25, 0.5, 1),
);
const symbols = fc.string({ unit: fc.constantFrom('A', 'B'), minLength: 1, maxLength: 3 });
const patterns = fc.string({ unit: fc.constantFrom('A', 'B', '*', '?'), minLength: 1, maxLength: 4 });
const files: fc.Arbitrary<PolicyFile> = fc.record({
  defaults: values,
  groups: fc.uniqueArray(fc.record({ pattern: patterns, parameters: values }), {
    selector: (g) => g.pattern,
    maxLength: 5,
  }),
  symbols: fc.array(fc.tuple(symbols, values), { maxLength: 3 }).map((entries) => new Map(entries)),
});

describe('a book', () => {
  it('without a file has the environment’s parameters for all symbols, under one hash', () => {
    const plain = book(NO_POLICY_FILE);
    expect(plain.of('BTCUSDT').parameters).toEqual(step.base);
    expect(plain.of('BTCUSDT')).toBe(plain.of('ETHUSDT'));
    expect(plain.all()).toEqual([
      {
        parameters: step.base,
        policy: createHash('sha256').update(plain.all()[0]?.text ?? '').digest('hex').slice(0, 12), // prettier-ignore
        text: '{"P31_BASE":1,"P31_BUDGET":"off","P31_MAX_FUTURE_SEC":60,"P31_MAX_MULT":1.5,"P31_MIN_CONF":0.65,"P31_MIN_MULT":0.5,"P31_SCALE":1,"P31_SMOOTHING_HALFLIFE_SEC":0,"P31_STALE_SEC":600}', // prettier-ignore
        entries: ['defaults'],
      },
    ]);
  });

  it('takes each parameter from the symbol, else its one group, else the defaults, else the environment', () => {
    const { of } = book(
      file({
        defaults: { P31_BASE: 1.1, P31_SCALE: 0.9, P31_MIN_CONF: 0.7 },
        groups: [
          ['*', { P31_BASE: 9, P31_STALE_SEC: 9 }],
          ['BTC*', { P31_SCALE: 0.8, P31_MIN_CONF: 0.8 }],
        ],
        symbols: { BTCUSDT: { P31_MIN_CONF: 0.9 } },
      }),
    );
    // Only one group counts: `*` has no effect on BTCUSDT.
    expect(of('BTCUSDT').parameters).toEqual({ ...step.base, base: 1.1, scale: 0.8, minConfidence: 0.9 });
    expect(of('BTCUSDC').parameters).toEqual({ ...step.base, base: 1.1, scale: 0.8, minConfidence: 0.8 });
    expect(of('ETHUSDT').parameters).toEqual({ ...step.base, base: 9, maxAgeSec: 9, scale: 0.9, minConfidence: 0.7 });
  });

  it('of equally specific patterns takes the first in the file', () => {
    const { of } = book(file({ groups: [['A*', { P31_BASE: 2 }], ['*B', { P31_BASE: 3 }], ['*AB', { P31_BASE: 4 }]] })); // prettier-ignore
    expect(['AB', 'AXB', 'XAB'].map((symbol) => of(symbol).parameters.base)).toEqual([4, 2, 4]);
  });

  it('lets the most specific entry win, for any file', () => {
    fc.assert(
      fc.property(files, symbols, (of, symbol) => {
        const group = of.groups
          .filter(({ pattern }) => matches(pattern, symbol))
          .reduce<PolicyFile['groups'][number] | undefined>(
            (best, next) => (best && literalLength(best.pattern) >= literalLength(next.pattern) ? best : next),
            undefined,
          );
        const cascade: ParameterValues = { ...of.defaults, ...group?.parameters, ...of.symbols.get(symbol) };
        const { parameters } = book(of).of(symbol);
        expect([parameters.scale, parameters.base, parameters.minConfidence]).toEqual([
          cascade['P31_SCALE'] ?? 1,
          cascade['P31_BASE'] ?? 1,
          cascade['P31_MIN_CONF'] ?? 0.65,
        ]);
      }),
    );
  });

  it('lists every parameter set in advance, each once, and no more of them than the file has entries', () => {
    fc.assert(
      fc.property(files, fc.array(symbols), (of, asked) => {
        const made = book(of);
        const all = made.all();
        expect(all.length).toBeLessThanOrEqual(1 + of.groups.length + of.symbols.size);
        expect(new Set(all.map(({ policy }) => policy)).size).toBe(all.length);
        for (const symbol of [...asked, ...of.symbols.keys()]) expect(all).toContain(made.of(symbol));
        expect(all.flatMap(({ entries }) => entries)).toHaveLength(1 + of.groups.length + of.symbols.size);
      }),
    );
  });

  it('hashes the parameters that decide, and nothing else', () => {
    fc.assert(
      fc.property(files, symbols, (of, symbol) => {
        const own = book(of).of(symbol);
        // The order of entries and the other step's parameters have no effect.
        const flat = book(file({ symbols: { [symbol]: Object.fromEntries(PROPOSALS.map((name) => [name, valueIn(own, name)])) } })); // prettier-ignore
        expect(flat.of(symbol).policy).toBe(own.policy);
        const changed = book(file({ defaults: { P31_SCALE: 7 } }), { base: own.parameters });
        expect(changed.of(symbol).policy).not.toBe(own.policy);
      }),
    );
    const capped = book(NO_POLICY_FILE, { common: { P31_BUDGET: 'cap' } });
    expect(capped.of('A').policy).not.toBe(book(NO_POLICY_FILE).of('A').policy);
    const hints = file({ defaults: { P31_DOWNSIZE_THRESHOLD: 0.3, P31_EFF_TTL_SEC: 5, P31_HINT_CLOSES: true } });
    expect(Object.keys(hints.defaults).every((name) => name in HINT_PARAMETERS)).toBe(true);
    expect(book(hints).of('A').policy).toBe(book(NO_POLICY_FILE).of('A').policy);
  });

  it('does not depend on the order of a file’s symbols and parameters, nor of groups that differ in specificity', () => {
    const reversed = (of: ParameterValues): ParameterValues => Object.fromEntries(Object.entries(of).reverse());
    fc.assert(
      fc.property(files, symbols, (of, symbol) => {
        const groups = of.groups.filter(
          ({ pattern }, i) =>
            i === of.groups.findIndex((group) => literalLength(group.pattern) === literalLength(pattern)),
        );
        const [a, b] = [
          { ...of, groups },
          {
            defaults: reversed(of.defaults),
            groups: groups.map(({ pattern, parameters }) => ({ pattern, parameters: reversed(parameters) })).reverse(),
            symbols: new Map([...of.symbols].map(([name, own]) => [name, reversed(own)] as const).reverse()),
          },
        ].map((each) => book(each));
        expect(a?.of(symbol)).toMatchObject({ parameters: b?.of(symbol).parameters, policy: b?.of(symbol).policy });
        const names = (of?: PolicyBook<ProposalParameters>) => of?.all().map(({ policy }) => policy).sort(); // prettier-ignore
        expect(names(a)).toEqual(names(b));
      }),
    );
  });

  it('answers alike however many symbols were asked for before', () => {
    const made = book(file({ groups: [['A*', { P31_BASE: 2 }]], symbols: { AB: { P31_BASE: 3 } } }));
    for (let i = 0; i < 120_000; i++) made.of(`A${i}`);
    expect(['AB', 'A1', 'B'].map((symbol) => made.of(symbol).parameters.base)).toEqual([3, 2, 1]);
  });

  it('has no entry for a symbol that is the name of a built-in property', () => {
    expect(book(NO_POLICY_FILE).of('__proto__').parameters).toEqual(step.base);
    expect(book(file({ groups: [['x', {}]] })).of('constructor').parameters).toEqual(step.base);
  });
});

const PROPOSALS = Object.keys(PROPOSAL_PARAMETERS) as (keyof typeof PROPOSAL_PARAMETERS)[];
const valueIn = ({ parameters }: { parameters: ProposalParameters }, name: keyof typeof PROPOSAL_PARAMETERS) =>
  parameters[PROPOSAL_PARAMETERS[name]];

describe('what is refused', () => {
  it('is every contradiction, each at its entry', () => {
    expect(
      violations(
        file({
          defaults: { P31_MIN_MULT: 1 },
          groups: [
            ['BTC*', { P31_MAX_MULT: 0.9 }],
            ['ETH*', { P31_SCALE: 2 }],
          ],
          symbols: { BTCUSDT: { P31_MIN_MULT: 0.8 }, ETHUSDT: { P31_MIN_MULT: 1.6 }, BTCUSDC: { P31_BASE: 2 } },
        }),
      ),
    ).toEqual([
      'groups[0] "BTC*": P31_MIN_MULT=1, P31_MAX_MULT=0.9: P31_MIN_MULT must not exceed P31_MAX_MULT',
      'symbols "ETHUSDT": P31_MIN_MULT=1.6, P31_MAX_MULT=1.5: P31_MIN_MULT must not exceed P31_MAX_MULT',
    ]);
    expect(violations(file({ defaults: { P31_MAX_MULT: 0.4 } }))).toEqual([
      'defaults: P31_MIN_MULT=0.5, P31_MAX_MULT=0.4: P31_MIN_MULT must not exceed P31_MAX_MULT',
    ]);
  });

  it('is a pattern that occurs twice', () => {
    const twice = file({ groups: [['A', {}], ['BTC*', {}], ['BTC*', { P31_BASE: 2 }]] }); // prettier-ignore
    expect(violations(twice)).toEqual(['groups[2] "BTC*": groups[1] has the same pattern']);
  });

  it('is every set that fails a check for some symbol, and no other file', () => {
    const bounds = fc.dictionary(fc.constantFrom('P31_MIN_MULT', 'P31_MAX_MULT'), fc.constantFrom(0.4, 0.5, 1.5, 1.6));
    const bounded: fc.Arbitrary<PolicyFile> = fc.record({
      defaults: bounds,
      groups: fc.uniqueArray(fc.record({ pattern: patterns, parameters: bounds }), {
        selector: (g) => g.pattern,
        maxLength: 3,
      }),
      symbols: fc.array(fc.tuple(symbols, bounds), { maxLength: 3 }).map((entries) => new Map(entries)),
    });
    fc.assert(
      fc.property(bounded, (of) => {
        const unchecked = book(of, { checks: [] });
        const bad = unchecked
          .all()
          .some(({ parameters: { minMultiplier, maxMultiplier } }) => minMultiplier > maxMultiplier);
        expect(violations(of) !== undefined).toBe(bad);
      }),
    );
  });
});

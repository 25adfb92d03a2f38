import {
  canonicalText,
  hashOfText,
  namedValues,
  type ParameterNames,
  type ParameterValue,
  type ParameterValues,
} from './parameters.js';
import { charactersOf, patternOf } from './pattern.js';
import { memoize } from './memoize.js';

/** A policy file: parameters by variable name. Each entry gives only those that it changes. */
export interface PolicyFile {
  /** For every symbol. */
  readonly defaults: ParameterValues;
  /** For the symbols that a pattern matches (`Pattern`). */
  readonly groups: readonly { readonly pattern: string; readonly parameters: ParameterValues }[];
  /** For one symbol each. */
  readonly symbols: ReadonlyMap<string, ParameterValues>;
}

/** The file of an environment without one. */
export const NO_POLICY_FILE: PolicyFile = { defaults: {}, groups: [], symbols: new Map() };

/** A rule that relates several parameters. */
export interface ParameterCheck<P> {
  readonly variables: readonly string[];
  readonly holds: (parameters: P) => boolean;
  /** The rule in words: `P31_MIN_MULT must not exceed P31_MAX_MULT`. */
  readonly requirement: string;
}

/** A step whose parameters a book holds. */
export interface PolicyStep<P> {
  readonly names: ParameterNames<P>;
  readonly checks: readonly ParameterCheck<P>[];
  /** The environment's values. */
  readonly base: P;
  /** Values that also decide and are the same for every symbol. */
  readonly common: ParameterValues;
  /** SHA-256 of a UTF-8 text, in hexadecimal digits. */
  readonly hash: (text: string) => string;
}

/** Parameters that decide, and their hash. */
export interface ParameterSet<P> {
  readonly parameters: P;
  /** First 12 hex digits of the hash of the canonical text, as outputs carry it. */
  readonly policy: string;
}

/** One of the parameter sets that are in effect for some symbol. */
export interface EffectiveParameterSet<P> extends ParameterSet<P> {
  /** Canonical text of the parameters, the input of the hash. */
  readonly text: string;
  /** The entry that gives it: `defaults`, `groups[1] "BTC*"`, `symbols "BTCUSDT"`. */
  readonly entries: readonly string[];
}

/** The parameter set of every symbol. */
export interface PolicyBook<P> {
  /** The parameter set of a symbol: the environment's, changed by the defaults, one group and its own entry. */
  readonly of: (symbol: string) => ParameterSet<P>;
  /** Every parameter set that a symbol may have, each once. They are few and known in advance. */
  readonly all: () => readonly EffectiveParameterSet<P>[];
}

/** A book, or the reasons why it cannot be made: one line per violation, which names its entry. */
export type BookResult<P> =
  | { readonly book: PolicyBook<P>; readonly violations?: never }
  | { readonly book?: never; readonly violations: readonly string[] };

/** Up to twice this many symbols are cached. Plans that name more symbols cannot fill the memory. */
const MEMOIZED_SYMBOLS = 50_000;

const groupEntry = (index: number, pattern: string): string => `groups[${index}] "${pattern}"`;
const symbolEntry = (symbol: string): string => `symbols "${symbol}"`;

/**
 * Makes a book of a file whose values are within their ranges. For each parameter the order is environment, defaults,
 * the one group, the symbol. The one group is the matching group with the most literal characters; of equals, the
 * first. Names that do not belong to the step are ignored: they belong to the other step.
 */
export function createPolicyBook<P extends object>(file: PolicyFile, step: PolicyStep<P>): BookResult<P> {
  const writer = new BookWriter(step);
  const defaults = writer.add('defaults', step.base, file.defaults);
  const firstOf = new Map<string, number>();
  const groups = file.groups.map(({ pattern, parameters }, i) => {
    const first = firstOf.get(pattern);
    if (first === undefined) firstOf.set(pattern, i);
    else writer.violations.push(`${groupEntry(i, pattern)}: groups[${first}] has the same pattern`);
    return { ...patternOf(pattern), policy: writer.add(groupEntry(i, pattern), defaults.parameters, parameters) };
  });
  // The sort is stable: of equals, the first stays first.
  groups.sort((a, b) => b.literals - a.literals);
  const groupOf = (symbol: string): ParameterSet<P> => {
    const characters = charactersOf(symbol);
    return groups.find(({ matches }) => matches(characters))?.policy ?? defaults;
  };

  const own = new Map<string, ParameterSet<P>>();
  for (const [symbol, parameters] of file.symbols) {
    own.set(symbol, writer.add(symbolEntry(symbol), groupOf(symbol).parameters, parameters));
  }
  if (writer.violations.length > 0) return { violations: writer.violations };

  const of =
    groups.length === 0
      ? (symbol: string) => own.get(symbol) ?? defaults
      : memoize((symbol) => own.get(symbol) ?? groupOf(symbol), MEMOIZED_SYMBOLS);
  const all = [...writer.policies.values()];
  return { book: { of, all: () => all } };
}

/** Collects the parameter sets of a book, each once, and its violations. */
class BookWriter<P extends object> {
  readonly policies = new Map<string, EffectiveParameterSet<P> & { entries: string[] }>();
  readonly violations: string[] = [];
  readonly #step: PolicyStep<P>;

  constructor(step: PolicyStep<P>) {
    this.#step = step;
  }

  /** The parameter set that an entry makes of the parameters that are in effect without it. */
  add(entry: string, before: P, changes: ParameterValues): ParameterSet<P> {
    const { names, common, hash } = this.#step;
    const parameters = { ...before };
    for (const [name, property] of Object.entries(names)) {
      const value = Object.hasOwn(changes, name) ? changes[name] : undefined;
      if (value !== undefined) parameters[property] = value as P[typeof property];
    }
    this.#check(entry, parameters, changes);
    const text = canonicalText({ ...namedValues(parameters, names), ...common });
    const known = this.policies.get(text);
    if (known) {
      known.entries.push(entry);
      return known;
    }
    const policy = { parameters, policy: hashOfText(text, hash), text, entries: [entry] };
    this.policies.set(text, policy);
    return policy;
  }

  /** An entry is checked for what it changes. What it inherits was checked in the entry that gives it. */
  #check(entry: string, parameters: P, changes: ParameterValues): void {
    const { checks, names } = this.#step;
    for (const { variables, holds, requirement } of checks) {
      if (!variables.some((name) => Object.hasOwn(changes, name)) || holds(parameters)) continue;
      const values = namedValues(parameters, names);
      const given = variables.map((name) => `${name}=${String(values[name] as ParameterValue)}`).join(', ');
      this.violations.push(`${entry}: ${given}: ${requirement}`);
    }
  }
}

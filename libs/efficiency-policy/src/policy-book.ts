import {
  canonicalText,
  hashOfText,
  namedValues,
  type ParameterNames,
  type ParameterValue,
  type ParameterValues,
} from './parameters.js';
import { charactersOf, patternOf } from './pattern.js';
import { remember } from './remember.js';

/** A policy file: parameters under the names of their variables, of which each entry gives those that it changes. */
export interface PolicyFile {
  /** For every symbol. */
  readonly defaults: ParameterValues;
  /** For the symbols that a pattern matches (`Pattern`). */
  readonly groups: readonly { readonly pattern: string; readonly parameters: ParameterValues }[];
  /** For one symbol each. */
  readonly symbols: ReadonlyMap<string, ParameterValues>;
}

/** The file of those who have none. */
export const NO_POLICY_FILE: PolicyFile = { defaults: {}, groups: [], symbols: new Map() };

/** A rule between several parameters. */
export interface ParameterCheck<P> {
  readonly variables: readonly string[];
  readonly holds: (parameters: P) => boolean;
  /** What must be: `P31_MIN_MULT must not exceed P31_MAX_MULT`. */
  readonly requirement: string;
}

/** A step whose parameters a book holds. */
export interface PolicyStep<P> {
  readonly names: ParameterNames<P>;
  readonly checks: readonly ParameterCheck<P>[];
  /** The environment's. */
  readonly base: P;
  /** What decides too, and is the same for every symbol. */
  readonly common: ParameterValues;
  /** Of a UTF-8 text, in hexadecimal digits: SHA-256. */
  readonly hash: (text: string) => string;
}

/** Parameters that decide, and their name. */
export interface Policy<P> {
  readonly parameters: P;
  /** First 12 hex digits of the hash of the canonical text: as outputs carry it. */
  readonly policy: string;
}

/** One of the sets of parameters that are in effect for some symbol. */
export interface EffectivePolicy<P> extends Policy<P> {
  /** Canonical text: what the hash stands for. */
  readonly text: string;
  /** What gives it: `defaults`, `groups[1] "BTC*"`, `symbols "BTCUSDT"`. */
  readonly entries: readonly string[];
}

/** The policy of every symbol. */
export interface PolicyBook<P> {
  /** The policy of a symbol: that of the environment, changed by the defaults, one group and the symbol's own entry. */
  readonly of: (symbol: string) => Policy<P>;
  /** Every set of parameters that a symbol may have, each once: they are few, and known beforehand. */
  readonly all: () => readonly EffectivePolicy<P>[];
}

/** A book, or why there is none: a line for each violation, which names its entry. */
export type BookResult<P> =
  | { readonly book: PolicyBook<P>; readonly violations?: never }
  | { readonly book?: never; readonly violations: readonly string[] };

/** Twice so many symbols are remembered at a time; whoever names more in plans does not fill the memory. */
const REMEMBERED_SYMBOLS = 50_000;

const groupEntry = (index: number, pattern: string): string => `groups[${index}] "${pattern}"`;
const symbolEntry = (symbol: string): string => `symbols "${symbol}"`;

/**
 * Makes a book of a file whose values are in their ranges. Parameter by parameter: environment, then defaults, then the one
 * group, then the symbol. The one group is that of most literal characters among those that match, of equals the first.
 * Names that are none of the step's are passed over: they are the other step's.
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
  // Stable: of equals, the first stays first.
  groups.sort((a, b) => b.literals - a.literals);
  const groupOf = (symbol: string): Policy<P> => {
    const characters = charactersOf(symbol);
    return groups.find(({ matches }) => matches(characters))?.policy ?? defaults;
  };

  const own = new Map<string, Policy<P>>();
  for (const [symbol, parameters] of file.symbols) {
    own.set(symbol, writer.add(symbolEntry(symbol), groupOf(symbol).parameters, parameters));
  }
  if (writer.violations.length > 0) return { violations: writer.violations };

  const of =
    groups.length === 0
      ? (symbol: string) => own.get(symbol) ?? defaults
      : remember((symbol) => own.get(symbol) ?? groupOf(symbol), REMEMBERED_SYMBOLS);
  const all = [...writer.policies.values()];
  return { book: { of, all: () => all } };
}

/** Collects the policies of a book, each once, and what is wrong with them. */
class BookWriter<P extends object> {
  readonly policies = new Map<string, EffectivePolicy<P> & { entries: string[] }>();
  readonly violations: string[] = [];
  readonly #step: PolicyStep<P>;

  constructor(step: PolicyStep<P>) {
    this.#step = step;
  }

  /** The policy that an entry makes of the parameters that were in effect without it. */
  add(entry: string, before: P, changes: ParameterValues): Policy<P> {
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

  /** An entry answers for what it changes: what it takes over was checked where it stands. */
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

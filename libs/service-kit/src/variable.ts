import { isIPv6 } from 'node:net';
import { parseNumber } from '@quantum/redis-schemas';
import * as z from 'zod';

/**
 * One environment variable, declared once. Parsing, defaults, env files and the tables in the docs all derive from it.
 * `P` is the name of its property in the typed configuration, `T` the type of its value there.
 */
export interface Variable<P extends string = string, T = unknown> {
  readonly property: P;
  /** From text without blanks around it. Its own messages are not shown: `allowed` says what a value must be. */
  readonly schema: z.ZodType<T, string>;
  /** Of the value itself, where JSON has such values: numbers and booleans. */
  readonly value?: z.ZodType<T>;
  /** What a value must be, completing "must be ...". */
  readonly allowed: string;
  /** What it is for, one line. */
  readonly describe: string;
  /** As one would write it in an env file. Without one, the variable is optional and its value may be undefined. */
  readonly default?: string;
  /** Of the value: `seconds`, `USD`. */
  readonly unit?: string;
  /** Former names, still accepted with a warning. */
  readonly aliases?: readonly string[];
  /** Shown, commented out, in a generated env file when there is no default. */
  readonly example?: string;
  /** Set for a value that may hold a secret: makes it fit to be shown in logs and errors. */
  readonly mask?: (text: string) => string;
  /** Of a refused value without `mask`: whether it may be a secret that was meant for another variable. */
  readonly mayBeMisplaced?: (text: string) => boolean;
  /** Set where its value is, holds or names a secret: what of it must be in no output. Never throws. */
  readonly secrets?: (text: string) => readonly string[];
}

/** What is common to the options of every kind of variable. */
export type CommonOptions = Pick<
  Variable,
  'property' | 'describe' | 'default' | 'unit' | 'aliases' | 'example' | 'mask' | 'mayBeMisplaced' | 'secrets'
>;

/** A variable with a default always has a value. */
export type Declared<O extends CommonOptions, T> = Variable<
  O['property'],
  O extends { readonly default: string } ? T : T | undefined
>;

/** Declares a variable of a kind of its own; the functions below cover the usual kinds. */
export function variable<T, const O extends CommonOptions>(
  schema: z.ZodType<T, string>,
  allowed: string,
  options: O,
  value?: z.ZodType<T>,
): Declared<O, T> {
  const { property, describe, unit, aliases, example, mask, mayBeMisplaced, secrets } = options;
  const declared: Variable<string, T> = {
    property,
    schema,
    ...(value && { value }),
    allowed,
    describe,
    ...(options.default !== undefined && { default: options.default }),
    ...(unit !== undefined && { unit }),
    ...(aliases && { aliases }),
    ...(example !== undefined && { example }),
    ...(mask && { mask }),
    ...(mayBeMisplaced && { mayBeMisplaced }),
    ...(secrets && { secrets }),
  };
  return declared;
}

const textThat = (accepts: (text: string) => boolean): z.ZodType<string, string> => z.string().refine(accepts);

/** A range: `min`/`max` inclusive, `above`/`below` exclusive. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
  readonly below?: number;
}

function inRange(value: z.ZodNumber, { min, max, above, below }: Range): z.ZodNumber {
  let ranged = value;
  if (min !== undefined) ranged = ranged.min(min);
  if (max !== undefined) ranged = ranged.max(max);
  if (above !== undefined) ranged = ranged.gt(above);
  if (below !== undefined) ranged = ranged.lt(below);
  return ranged;
}

function rangeText({ min, max, above, below }: Range): string {
  if (min !== undefined && max !== undefined) return ` in ${min}..${max}`;
  const bounds = Object.entries({ '>=': min, '>': above, '<=': max, '<': below });
  const stated = bounds.flatMap(([sign, bound]) => (bound === undefined ? [] : [`${sign} ${bound}`]));
  return stated.length > 0 ? ` ${stated.join(' and ')}` : '';
}

const decimal = z.string().transform((text, context) => {
  const value = parseNumber(text);
  if (value !== undefined) return value;
  context.addIssue('not allowed');
  return z.NEVER;
});

const numeric = <const O extends CommonOptions>(value: z.ZodNumber, allowed: string, options: O): Declared<O, number> =>
  variable(decimal.pipe(value), allowed, options, value);

/** A finite number as decimal text, the same rule as for numbers in Redis: no hex, separators or words. */
export const number = <const O extends CommonOptions & Range>(options: O): Declared<O, number> =>
  numeric(inRange(z.number(), options), `a number${rangeText(options)}`, options);

/** A whole number that is exact in a double. */
export const integer = <const O extends CommonOptions & Range>(options: O): Declared<O, number> =>
  numeric(inRange(z.int(), options), `a whole number${rangeText(options)}`, options);

/** A TCP port. With `anyFree`, 0 is allowed and means any free port. */
export const port = <const O extends CommonOptions & { readonly anyFree?: boolean }>(
  options: O,
): Declared<O, number> => {
  const range = { min: options.anyFree === true ? 0 : 1, max: 65535 };
  const allowed = `a port in ${range.min}..${range.max}${options.anyFree === true ? ' (0: any free port)' : ''}`;
  return numeric(inRange(z.int(), range), allowed, options);
};

/** `true`, `false`, `1` or `0`, without regard to case. Any other word is a violation, not false. */
export const boolean = <const O extends CommonOptions>(options: O): Declared<O, boolean> => {
  const schema = z
    .string()
    .toLowerCase()
    .pipe(z.enum(['true', 'false', '1', '0']))
    .transform((word) => word === 'true' || word === '1');
  return variable(schema, 'true or false', options, z.boolean());
};

/** One of a closed list of words, exactly as listed. */
export const oneOf = <const V extends readonly string[], const O extends CommonOptions>(
  values: V,
  options: O,
): Declared<O, V[number]> => variable(z.enum(values), `one of ${values.join(', ')}`, options);

/** Any text that is not empty. With `pattern`, the whole text must match, and `allowed` says so in words. */
export const text = <const O extends CommonOptions & { readonly pattern?: RegExp; readonly allowed?: string }>(
  options: O,
): Declared<O, string> =>
  variable(
    textThat((value) => options.pattern?.test(value) ?? true),
    options.allowed ?? 'text',
    options,
  );

/** Texts separated by commas, at least one, blanks around them left out, each once. */
export const list = <const O extends CommonOptions>(options: O): Declared<O, readonly string[]> => {
  const items = z
    .string()
    .transform((line) => line.split(',').map((item) => item.trim()))
    .refine((found) => !found.includes('') && new Set(found).size === found.length);
  return variable(items, 'names separated by commas, each once', options);
};

/** A host name or an IP address (IPv6 without brackets). A colon elsewhere belongs to a port or a login. */
export const host = <const O extends CommonOptions>(options: O): Declared<O, string> =>
  variable(
    textThat((value) => /^[A-Za-z0-9_.%-]+$/.test(value) || isIPv6(value)),
    'a host name or an IP address, without login and port',
    options,
  );

/** An absolute URL whose scheme is one of `schemes` (without the colon). */
export const url = <const O extends CommonOptions & { readonly schemes: readonly string[] }>(
  options: O,
): Declared<O, string> =>
  variable(
    textThat((value) => URL.canParse(value) && options.schemes.includes(new URL(value).protocol.slice(0, -1))),
    `a URL (${options.schemes.map((scheme) => `${scheme}://`).join(', ')})`,
    options,
  );

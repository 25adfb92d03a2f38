import { readFileSync, statSync } from 'node:fs';
import type { ParameterValue, ParameterValues, PolicyFile } from '@quantum/efficiency-policy';
import { closest } from 'fastest-levenshtein';
import type * as z from 'zod';
import { misnamed } from '@quantum/redis-schemas';
import { POLICY_VARIABLES, PolicyFileSchema } from './schema.js';

/** A parsed policy file, or its violations: one line each, which names its entry. */
export type FileResult =
  | { readonly file: PolicyFile; readonly violations?: never }
  | { readonly file?: never; readonly violations: readonly string[] };

/** Maximum size of the file, so that reading it at once stays short. */
const MAX_BYTES = 8_000_000;

/** Reads a policy file. Total: any path gives an answer. */
export function readPolicyFile(path: string): FileResult {
  try {
    const about = statSync(path);
    if (!about.isFile()) return { violations: ['is not a file'] };
    if (about.size > MAX_BYTES) return { violations: [`is larger than ${MAX_BYTES} bytes`] };
    return parsePolicyFile(readFileSync(path, 'utf8'));
  } catch (error) {
    return { violations: [`cannot be read: ${(error as Error).message}`] };
  }
}

/** Parses the text of a policy file: its shape, its names, and the range of each value. */
export function parsePolicyFile(text: string): FileResult {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    return { violations: [`is not JSON: ${(error as Error).message}`] };
  }
  const bad = misnamed(text);
  const { data, error } = PolicyFileSchema.safeParse(given);
  if (!data || bad.length > 0) return { violations: [...bad, ...(error?.issues ?? []).flatMap(lines(given))] };
  return {
    file: {
      defaults: valuesOf(data.defaults),
      groups: data.groups.map(({ pattern, parameters }) => ({ pattern, parameters: valuesOf(parameters) })),
      symbols: new Map(Object.entries(data.symbols).map(([symbol, own]) => [symbol, valuesOf(own)])),
    },
  };
}

/** Numbers are never -0, as in Redis and the environment. */
const valuesOf = (parameters: Readonly<Record<string, ParameterValue | undefined>>): ParameterValues =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value === 0 ? 0 : value]],
    ),
  );

/** The lines that describe an issue in the terms of the file. */
const lines =
  (given: unknown) =>
  (issue: z.core.$ZodIssue): string[] => {
    const { entry, rest } = placeOf(issue.path, given);
    const name = rest.at(-1);
    if (issue.code === 'unrecognized_keys') {
      const isParameter = entry === 'defaults' || entry.startsWith('symbols ') || name === 'parameters';
      return issue.keys.map((key) => `${entry}: ${isParameter ? notAParameter(key) : `${key} is not known here`}`);
    }
    const variable = POLICY_VARIABLES.get(String(name));
    if (variable) {
      const value = JSON.stringify(valueAt(given, issue.path));
      return [`${entry}: ${String(name)}=${value} is not allowed, must be ${variable.allowed}`];
    }
    const message = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message;
    return [[entry, [name, message].filter((part) => part !== undefined).join(' ')].join(': ')];
  };

const notAParameter = (name: string): string =>
  `${name} is not a parameter of a policy; the nearest is ${closest(name, [...POLICY_VARIABLES.keys()])}`;

/** The entry of a path, as an operator finds it, and the rest of the path. */
function placeOf(path: readonly PropertyKey[], given: unknown): { entry: string; rest: readonly PropertyKey[] } {
  const [section, key] = path;
  if (section === 'defaults') return { entry: section, rest: path.slice(1) };
  if (section === 'symbols' && key !== undefined)
    return { entry: `symbols ${JSON.stringify(key)}`, rest: path.slice(2) };
  if (section === 'groups' && key !== undefined) {
    const pattern = valueAt(given, [section, key, 'pattern']);
    const named = pattern === undefined ? '' : ` ${JSON.stringify(pattern)}`;
    return { entry: `groups[${String(key)}]${named}`, rest: path.slice(2) };
  }
  return { entry: 'the file', rest: path };
}

const valueAt = (given: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce((at, key) => (at as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[key], given);

import { parseJson } from '@quantum/redis-schemas';

/** Values of parameters, or of the limits of gates, by the names of their variables. */
export type Parameters = Readonly<Record<string, number | string | boolean>>;

const MAX_PARAMETERS = 100;
const MAX_CHARS = 200;

/**
 * The parameters of a canonical text; undefined where it is no object. What is no number, text or flag in it is left
 * out.
 */
export function parametersOf(text: string): Parameters | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value as Record<string, unknown>).filter(([name]) => name !== '__proto__');
  return Object.fromEntries(
    entries.slice(0, MAX_PARAMETERS).flatMap(([name, one]): [string, number | string | boolean][] => {
      if (typeof one === 'string') return [[name, one.slice(0, MAX_CHARS)]];
      return typeof one === 'boolean' || (typeof one === 'number' && Number.isFinite(one)) ? [[name, one]] : [];
    }),
  );
}

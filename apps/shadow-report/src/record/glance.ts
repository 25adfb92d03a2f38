import { parseJson } from '@quantum/redis-schemas';

/** What the recorder itself needs of a decision record, which a later version may have written. */
export interface Glance {
  outcome: string | undefined;
  /** Unix seconds. */
  decidedAtSec: number | undefined;
  /** Of what decided its hint, and of its limits. */
  hashes: string[];
}

/** Reads it of any value that Redis has under a record's key; never throws. */
export function glanceAt(json: string): Glance {
  const record = objectOf(parseJson(json));
  const hashes = [objectOf(record['permit'])['policy'], record['limits']].filter((hash) => typeof hash === 'string');
  const { outcome, decided_at: decidedAt } = record;
  return {
    outcome: typeof outcome === 'string' ? outcome : undefined,
    decidedAtSec: typeof decidedAt === 'number' ? decidedAt : undefined,
    hashes: hashes.filter((hash) => hash !== ''),
  };
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import {
  EFFICIENCY_FIELDS,
  fieldsOf,
  parseEfficiency,
  parseTarget,
  proposalHash,
  proposalStreamEntry,
  TARGET_FIELDS,
} from '@quantum/redis-schemas';
import { proposerDefinition } from '@quantum/service-config';
import { loadConfig } from '@quantum/service-kit';
import { decide } from './decide.js';
import { environmentPolicies } from './policy.js';

type Texts = Record<string, string>;

interface Vectors {
  config: Texts;
  cases: {
    name: string;
    config?: Texts;
    given: { now: number; symbol: string; target: Texts | null; efficiency: Texts | null };
    expect: object;
  }[];
}

const file = join(__dirname, '..', '..', '..', 'docs', 'vectors', 'proposals.json');
const { config, cases } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
/** What an HMGET of these fields answers. */
const values = (hash: Texts, fields: readonly string[]) => fields.map((name) => hash[name] ?? null);

function answer({ config: own, given }: Vectors['cases'][number]): object {
  const { now, symbol, target, efficiency } = given;
  const unreadable = { state: 'unreadable' } as const;
  const reading = {
    symbol,
    target: target ? parseTarget(values(target, TARGET_FIELDS)) : unreadable,
    efficiency: efficiency ? parseEfficiency(values(efficiency, EFFICIENCY_FIELDS)) : unreadable,
  };
  const book = environmentPolicies(loadConfig(proposerDefinition, { ...config, ...own }).config).current();
  const { proposal, skip } = decide(reading, now, book.of(symbol));
  if (!proposal) return { skip };
  return { stream: { ...fieldsOf(proposalStreamEntry(proposal)) }, hash: { ...fieldsOf(proposalHash(proposal)) } };
}

it('decides as the test vectors for other languages say', () => {
  const named = (expected: object, i: number) => ({ name: cases[i]?.name, expected });
  expect(cases.map(answer).map(named)).toEqual(cases.map((one) => one.expect).map(named));
});

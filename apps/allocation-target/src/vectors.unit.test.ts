import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { decideProposal } from '@quantum/decisions';
import { loadPolicy, proposalStep } from '@quantum/policy';
import {
  EFFICIENCY_FIELDS,
  fieldsOf,
  parseEfficiency,
  parseSmoothing,
  parseTarget,
  proposalHash,
  proposalStreamEntry,
  SMOOTHING_FIELDS,
  TARGET_FIELDS,
} from '@quantum/redis-schemas';
import { proposerDefinition } from '@quantum/service-config';
import { loadConfig } from '@quantum/service-kit';

type Texts = Record<string, string>;

interface Vectors {
  config: Texts;
  cases: {
    name: string;
    config?: Texts;
    given: { now: number; symbol: string; target: Texts | null; efficiency: Texts | null; shadow?: Texts | null };
    expect: object;
  }[];
}

const file = join(__dirname, '..', '..', '..', 'docs', 'vectors', 'proposals.json');
const { config, cases } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
/** What an HMGET of these fields answers. */
const values = (hash: Texts, fields: readonly string[]) => fields.map((name) => hash[name] ?? null);

function answer({ config: own, given }: Vectors['cases'][number]): object {
  const { now, symbol, target, efficiency, shadow } = given;
  const unreadable = { state: 'unreadable' } as const;
  const reading = {
    symbol,
    target: target ? parseTarget(values(target, TARGET_FIELDS)) : unreadable,
    efficiency: efficiency ? parseEfficiency(values(efficiency, EFFICIENCY_FIELDS)) : unreadable,
    smoothing: shadow ? parseSmoothing(values(shadow, SMOOTHING_FIELDS)) : undefined,
  };
  const book = loadPolicy(undefined, proposalStep(loadConfig(proposerDefinition, { ...config, ...own }).config));
  const { proposal, skip } = decideProposal(reading, now, book.of(symbol));
  if (!proposal) return { skip };
  return { stream: { ...fieldsOf(proposalStreamEntry(proposal)) }, hash: { ...fieldsOf(proposalHash(proposal)) } };
}

it('decides as the test vectors for other languages say', () => {
  const named = (expected: object, i: number) => ({ name: cases[i]?.name, expected });
  expect(cases.map(answer).map(named)).toEqual(cases.map((one) => one.expect).map(named));
});

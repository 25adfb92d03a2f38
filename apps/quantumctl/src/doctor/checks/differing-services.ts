import { STREAMS } from '@quantum/redis-schemas';
import type { Facts } from '../facts.js';
import type { Check, Finding } from '../finding.js';

/** Whether values change back and forth: one service that was changed goes from one to the other once. */
function alternates(values: readonly string[]): boolean {
  const changes = values.filter((value, i) => i > 0 && value !== values[i - 1]).length;
  return changes > 0 && changes > new Set(values).size - 1;
}

/** Parameters that both steps have and must read alike. */
const SHARED = ['P31_MIN_CONF', 'P31_MAX_FUTURE_SEC'];

export const differingServices: Check = {
  name: 'differing-services',
  harm: 'part',
  finds: 'services whose builds or policies differ',
  find: (facts) => [...governors(facts), ...proposers(facts), ...steps(facts)],
};

/** Replicas of the governor that decide by other limits, or write records of another version. */
function governors({ decisions }: Facts): Finding[] {
  const records = decisions
    .map(({ record }) => record)
    .filter(({ outcome }) => outcome === 'permit' || outcome === 'refused');
  const owner = 'operators';
  const found = (field: string, values: readonly string[], means: string, remedy: string): Finding[] =>
    alternates(values)
      ? [{ key: 'quantum:governor:decided:*', field, value: [...new Set(values)].join(' and '), means, owner, remedy }]
      : [];
  return [
    ...found(
      'limits',
      records.map(({ limits }) => limits ?? 'none'),
      'Governors decide by different limits: which one a plan meets is chance.',
      'give all of them one env file; quantumctl policy explain HASH says what differs',
    ),
    ...found(
      'v',
      records.map(({ v }) => `version ${v}`),
      'Governors of different builds run beside each other.',
      'finish the upgrade on each host',
    ),
  ];
}

/** A symbol is proposed by one shard, so that its policy changes once with each reload. */
function proposers({ proposals }: Facts): Finding[] {
  const bySymbol = new Map<string, string[]>();
  for (const { fields } of proposals) {
    const policies = bySymbol.get(fields['symbol'] ?? '') ?? [];
    bySymbol.set(fields['symbol'] ?? '', [...policies, fields['policy'] ?? 'none']);
  }
  const [symbol, policies] = [...bySymbol].find(([, values]) => alternates(values)) ?? [];
  if (symbol === undefined || policies === undefined) return [];
  return [
    {
      key: STREAMS.proposed,
      field: 'policy',
      value: `${symbol}: ${[...new Set(policies)].join(' and ')}`,
      means: 'Proposers take turns with different policies: its multiplier jumps from cycle to cycle.',
      owner: 'operators',
      remedy: 'give all of them one env file and one policy file; quantumctl policy explain HASH says what differs',
    },
  ];
}

/** Proposer and governor that judge one score by different bounds. */
function steps({ policies }: Facts): Finding[] {
  return SHARED.flatMap((name): Finding[] => {
    const values = [...new Set(policies.flatMap(({ parameters }) => parameters?.[name] ?? []))];
    return values.length < 2
      ? []
      : [{
          key: 'quantum:policy:parameters',
          field: name,
          value: values.join(' and '),
          means: 'Proposals and permits of one score may have different reasons.',
          owner: 'operators',
          remedy: `set ${name} alike for proposer, governor and annotator, unless the policy file means it`,
        }];
  });
} // prettier-ignore

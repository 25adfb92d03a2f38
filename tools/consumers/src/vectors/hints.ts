import { efficiencyHint } from '@quantum/permit-decorators';
import { CLOSING_ACTIONS, EFFICIENCY_FIELDS, parsePlan } from '@quantum/redis-schemas';
import { mulberry32 } from '@quantum/testbed';
import { GOVERNOR_DEFAULTS, hintPolicies } from './defaults.js';
import type { Case, Env, Vectors } from './file.js';
import { allReadings, GOOD, NOW_SEC, type EfficiencyGiven } from './readings.js';

interface Given {
  /** The time of the decision, unix seconds. */
  now: number;
  /** The fields of the plan that decide whether it closes. */
  plan: { action?: string; reduceOnly?: string };
  efficiency: EfficiencyGiven;
}

const OPEN = { action: 'OPEN', reduceOnly: 'false' };
const given = (changes: Partial<Given> = {}): Given => ({
  now: NOW_SEC + 0.123, plan: OPEN, efficiency: { ...GOOD, efficiency_score: '0.2' }, ...changes,
}); // prettier-ignore
const scored = (score: string): EfficiencyGiven => ({ ...GOOD, efficiency_score: score });

function plans(): Case<Given>[] {
  const closing = [
    ...CLOSING_ACTIONS.map((action) => ({ action })),
    ...['true', 'True', 'TRUE', ' true ', '1', ' 1'].map((reduceOnly) => ({ action: 'OPEN', reduceOnly })),
  ];
  const opening = [
    {}, { action: '' }, { action: 'full_close_proposed' }, { action: 'PARTIAL_25 ' }, { action: 'CLOSE' },
    ...['false', '', '0', 'yes', 'y', '1.0', 't', '01'].map((reduceOnly) => ({ action: 'OPEN', reduceOnly })),
  ]; // prettier-ignore
  return [...closing, ...opening].flatMap((plan) =>
    ['false', 'true'].map((P31_HINT_CLOSES) => ({
      name: `plan ${JSON.stringify(plan)}, P31_HINT_CLOSES=${P31_HINT_CLOSES}`,
      config: { P31_HINT_CLOSES },
      given: given({ plan }),
    })),
  );
}

function scores(): Case<Given>[] {
  const atDefaults = [
    '0', '-0', '5e-324', '1e-9', '0.1', '0.1125', '0.11249999999999999', '0.2', '0.3', '0.44', '0.4499', '0.44997', '0.44999',
    '0.44999999999999996', '0.45', '0.45000000000000007', '0.9', '1',
  ]; // prettier-ignore
  const configs: [Env, readonly string[]][] = [
    [{ P31_DOWNSIZE_THRESHOLD: '1', P31_MIN_FACTOR: '0.0001' }, ['0', '0.00005', '0.00015', '0.03125', '0.09375', '0.15625', '0.9999', '0.99999', '1']],
    [{ P31_DOWNSIZE_THRESHOLD: '5e-324', P31_MIN_FACTOR: '0.0001' }, ['0', '5e-324']],
    [{ P31_MIN_FACTOR: '1' }, ['0', '0.2']],
    [{ P31_MIN_FACTOR: '0.28125' }, ['0', '0.12']],
    [{ P31_MAX_EXTRA_COOLDOWN_SEC: '0' }, ['0', '0.2']],
    [{ P31_MAX_EXTRA_COOLDOWN_SEC: '86400' }, ['0', '0.2', '0.3333333333333333']],
    [{ P31_MAX_EXTRA_COOLDOWN_SEC: '2' }, ['0.25', '0.2500000000000001', '0.2499']],
    [{ P31_MAX_EXTRA_COOLDOWN_SEC: '10' }, ['0.25', '0.35', '0.05']],
    [{ P31_MAX_EXTRA_COOLDOWN_SEC: '4' }, ['0.125', '0.375']],
    [{ P31_MAX_EXTRA_COOLDOWN_SEC: '0.49999999999999994' }, ['0']],
    [{ P31_MAX_EXTRA_COOLDOWN_SEC: '0.5' }, ['0']],
  ]; // prettier-ignore
  return [
    ...atDefaults.map((score) => ({ name: `score ${score}`, given: given({ efficiency: scored(score) }) })),
    ...configs.flatMap(([config, some]) =>
      some.map((score) => ({
        name: `score ${score}, ${Object.entries(config).join(' ').replaceAll(',', '=')}`,
        config,
        given: given({ efficiency: scored(score) }),
      })),
    ),
  ];
}

function randomCases(): Case<Given>[] {
  const random = mulberry32(3);
  return Array.from({ length: 60 }, (_, i) => ({
    name: `random ${i + 1}`,
    given: given({ efficiency: { ...GOOD, efficiency_score: String(0.5 * random()), confidence: String(random()) } }),
  }));
}

function answer({ now, plan, efficiency }: Given, config: Env): object {
  const entry = parsePlan({ plan_id: 'p1', symbol: 'BTCUSDT', decision: 'EXECUTE', ...plan });
  if (entry.kind !== 'plan') throw new Error('the plan of a vector must be one');
  const value = EFFICIENCY_FIELDS.map((name) => efficiency?.[name] ?? null);
  const values = [efficiency === null ? { readable: false as const } : { readable: true as const, value }];
  return efficiencyHint(hintPolicies(config)).annotate({ plan: entry.plan, nowSec: now, values }).fields;
}

/** The efficiency fields of a permit, every field as text. */
export const hints: Vectors<Given> = {
  about:
    'What a permit says of efficiency. plan: the fields that say whether it closes; efficiency: the fields of the hash that ' +
    'are there; null: the key could not be read. See docs/integration/apply-layer.md, The permit.',
  config: GOVERNOR_DEFAULTS,
  cases: [
    ...plans(),
    ...scores(),
    ...allReadings()
      .filter(({ name }) => /^(unreadable|only|time|conf|inv|stale|all odd|no |full|the present)/.test(name))
      .map(({ efficiency, ...rest }) => ({
        ...rest,
        given: given({ now: NOW_SEC, efficiency: efficiency?.efficiency_score ? { ...efficiency, efficiency_score: '0.2' } : efficiency }),
      })),
    ...randomCases(),
  ],
  answer,
}; // prettier-ignore

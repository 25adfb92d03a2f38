import type { TargetProblem } from '@quantum/decisions';
import { assess, multiplierOf, multiplyTarget, smooth } from '@quantum/efficiency-policy';
import {
  asComputed,
  fieldsOf,
  parseSmoothing,
  parseTarget,
  proposalHash,
  proposalStreamEntry,
  SMOOTHING_FIELDS,
  TARGET_FIELDS,
} from '@quantum/redis-schemas';
import { mulberry32 } from '@quantum/testbed';
import { PROPOSER_DEFAULTS, proposerPolicy } from './defaults.js';
import type { Case, Env, Vectors } from './file.js';
import { ODD_NUMBERS, ROUNDING_NUMBERS } from './odd.js';
import { allReadings, GOOD, NOW_SEC, readingOf, type EfficiencyGiven } from './readings.js';

type TargetGiven = Partial<Record<(typeof TARGET_FIELDS)[number], string>>;

interface Given {
  /** The cycle's time, whole unix seconds. */
  now: number;
  symbol: string;
  /** The present fields of the target's hash; null: the key could not be read. */
  target: TargetGiven | null;
  efficiency: EfficiencyGiven;
  /** The present fields of the shadow hash; null: the key could not be read; omitted: it is absent. */
  shadow?: Partial<Record<(typeof SMOOTHING_FIELDS)[number], string>> | null;
}

const TARGET = { target_usd: '5000', timestamp: String(NOW_SEC - 2) };
const given = (changes: Partial<Given> = {}): Given => ({
  now: NOW_SEC, symbol: 'BTCUSDT', target: TARGET, efficiency: GOOD, ...changes,
}); // prettier-ignore
const scored = (score: string): EfficiencyGiven => ({ ...GOOD, efficiency_score: score });

function targets(): Case<Given>[] {
  const { target_usd } = TARGET;
  const amounts = [...new Set([...ODD_NUMBERS, ...ROUNDING_NUMBERS, '1e308', '1.28e308', '1.29e308'])];
  return [
    { name: 'target unreadable', given: given({ target: null }) },
    { name: 'target without fields', given: given({ target: {} }) },
    { name: 'target without amount', given: given({ target: { timestamp: '1' } }) },
    { name: 'target without time', given: given({ target: { target_usd } }) },
    ...amounts.map((text) => ({ name: `target ${JSON.stringify(text)}`, given: given({ target: { ...TARGET, target_usd: text } }) })),
    ...['', 'yesterday', ' 1.7e9 ', '0x10', '-1'].map((timestamp) => ({ name: `target of ${JSON.stringify(timestamp)}`, given: given({ target: { target_usd, timestamp } }) })),
    ...[...ODD_NUMBERS, '4000', '5e3', '1.29e308'].map((base) => ({ name: `base target ${JSON.stringify(base)}`, given: given({ target: { ...TARGET, base_target_usd: base } }) })),
    { name: 'base target beside a negative target', given: given({ target: { ...TARGET, target_usd: '-1', base_target_usd: '4000' } }) },
    { name: 'base target alone', given: given({ target: { base_target_usd: '4000' } }) },
    ...['BTC:PERP', 'ÄÖ €', '1'].map((symbol) => ({ name: `symbol ${symbol}`, given: given({ symbol }) })),
  ]; // prettier-ignore
}

function formulas(): Case<Given>[] {
  const scores = [
    '0',
    '0.2',
    '0.3',
    '0.5',
    '0.7',
    '0.9',
    '1',
    '0.50005',
    '0.51235',
    '0.53125',
    '0.59375',
    '1e-20',
    '0.3333333333333333',
  ];
  const configs: Env[] = [
    { P31_SCALE: '0' }, { P31_SCALE: '-1' }, { P31_SCALE: '3' }, { P31_BASE: '1.2' }, { P31_BASE: '-5' }, { P31_MIN_MULT: '1' },
    { P31_MAX_MULT: '0.75' }, { P31_MIN_MULT: '0', P31_SCALE: '2' }, { P31_MIN_MULT: '0', P31_MAX_MULT: '0' },
    { P31_BASE: '0', P31_MIN_MULT: '0', P31_SCALE: '-1' }, { P31_SCALE: '1e22', P31_MAX_MULT: '1e25' },
    { P31_BASE: '1.7e308', P31_SCALE: '1.7e308', P31_MAX_MULT: '1.7e308' }, { P31_SCALE: '1e-9' },
  ]; // prettier-ignore
  return [
    ...scores.map((score) => ({ name: `score ${score}`, given: given({ efficiency: scored(score) }) })),
    ...configs.flatMap((config) =>
      ['0', '0.5', '0.7', '1'].map((score) => ({
        name: `score ${score}, ${Object.entries(config).join(' ').replaceAll(',', '=')}`,
        config,
        given: given({ efficiency: scored(score) }),
      })),
    ),
  ];
}

function smoothings(): Case<Given>[] {
  const state = (multiplier: string, ts: string) => ({ smoothed_multiplier: multiplier, ts_epoch: ts });
  const ago = (sec: number): string => String(NOW_SEC - sec);
  const shadows: [string, NonNullable<Given['shadow']>][] = [
    ...[-61, -60, 0, 1, 10, 60, 61.5, 120, 3600, 86_400].map((sec): [string, NonNullable<Given['shadow']>] => [
      `of ${sec} s ago`,
      state('0.75', ago(sec)),
    ]),
    ...['', 'nan', '1e999', '-0.5', '0', '7', ' 1.25 ', '1e-320', '1.7e308'].map(
      (text): [string, NonNullable<Given['shadow']>] => [`saying ${JSON.stringify(text)}`, state(text, ago(30))],
    ),
    ['of no time', { smoothed_multiplier: '0.75' }],
    ['of a time in words', state('0.75', 'now')],
    ['of before 1970', state('0.75', '-1')],
    ['of an earlier version', { ts_epoch: ago(10) }],
    ['of nothing', {}],
  ];
  const config = { P31_SMOOTHING_HALFLIFE_SEC: '60' };
  const configs: Env[] = [
    { P31_SMOOTHING_HALFLIFE_SEC: '0' },
    { P31_SMOOTHING_HALFLIFE_SEC: '0.5' },
    { P31_SMOOTHING_HALFLIFE_SEC: '86400' },
    { ...config, P31_MIN_MULT: '1.2' },
    { ...config, P31_MAX_MULT: '0.7' },
    { ...config, P31_MAX_FUTURE_SEC: '0' },
  ];
  const random = mulberry32(3);
  return [
    { name: 'smoothed from nothing', config, given: given() },
    { name: 'smoothed from an unreadable key', config, given: given({ shadow: null }) },
    ...shadows.map(([name, shadow]) => ({ name: `smoothed from a state ${name}`, config, given: given({ shadow }) })),
    ...configs.map((own) => ({ name: `smoothed by ${JSON.stringify(own).replaceAll('"', '')}`, config: own, given: given({ shadow: state('0.75', ago(30)) }) })),
    ...[null, {}, { ...GOOD, confidence: '0.1' }, { ...GOOD, ts: '1' }].map((efficiency, i) => ({ name: `not smoothed: fail-open ${i + 1}`, config, given: given({ efficiency, shadow: state('0.75', ago(30)) }) })),
    ...Array.from({ length: 40 }, (_, i) => ({
      name: `smoothed at random ${i + 1}`,
      config: { P31_SMOOTHING_HALFLIFE_SEC: String(10 ** (4 * random() - 1)) },
      given: given({ efficiency: scored(String(random())), shadow: state(String(0.5 + random()), ago(Math.floor(10 ** (4 * random())))) }),
    })),
  ]; // prettier-ignore
}

function randomCases(): Case<Given>[] {
  const random = mulberry32(2);
  return Array.from({ length: 60 }, (_, i) => {
    const target = { target_usd: String(random() * 10 ** (i % 9)), timestamp: String(NOW_SEC - i) };
    const efficiency = { efficiency_score: String(random()), confidence: String(0.6 + 0.4 * random()), ts: String(NOW_SEC - 12 * i) };
    return { name: `random ${i + 1}`, given: given({ target, efficiency }) };
  }); // prettier-ignore
}

/** The same steps as the proposer's. A test of the proposer checks it against these vectors. */
function answer({ now, symbol, target, efficiency, shadow }: Given, config: Env): object {
  const skip = (reason: TargetProblem) => ({ skip: reason });
  if (target === null) return skip('redis_error');
  const reading = parseTarget(TARGET_FIELDS.map((name) => target[name] ?? null));
  if (reading.state !== 'read') return skip('invalid_target');
  const { parameters, policy } = proposerPolicy(config);
  const assessment = assess(readingOf(efficiency), now, parameters);
  const state = shadow ? parseSmoothing(SMOOTHING_FIELDS.map((name) => shadow[name] ?? null)) : undefined;
  const rawMultiplier = multiplierOf(assessment, parameters);
  const { multiplier, from } = smooth(rawMultiplier, assessment.reason, state, now, parameters);
  const proposal = multiplyTarget(reading.targetUsd, multiplier);
  if (!proposal.proposed) return skip('invalid_target');
  const record = {
    tsEpochSec: now,
    symbol,
    baseTargetUsd: reading.targetUsd,
    proposedTargetUsd: proposal.proposedTargetUsd,
    multiplier,
    effScore: assessment.score,
    effConfidence: assessment.confidence,
    effTsText: assessment.tsText,
    effStale: assessment.stale,
    baseTsText: reading.timestampText,
    reason: assessment.reason,
    ...asComputed(multiplier, policy),
    rawMultiplier,
    smoothingFrom: from?.multiplier,
    smoothingFromTsSec: from?.tsSec,
  };
  return { stream: fieldsOf(proposalStreamEntry(record)), hash: fieldsOf(proposalHash(record)) };
}

/** The proposal of a target, every field as text. */
export const proposals: Vectors<Given> = {
  about:
    'What is proposed for a target: the fields of the stream entry and of the shadow hash, or why none is (skip). ' +
    'target, efficiency, shadow: the fields of the hashes that are there; null: the key could not be read. ' +
    'See docs/integration/allocation.md, The proposal.',
  config: PROPOSER_DEFAULTS,
  cases: [
    ...targets(),
    ...formulas(),
    ...smoothings(),
    ...allReadings()
      .filter(({ name }) => /^(unreadable|only|time|conf|inv|stale|all odd|no |full|the present)/.test(name))
      .map(({ efficiency, ...rest }) => ({ ...rest, given: given({ efficiency }) })),
    ...randomCases(),
  ],
  answer,
};

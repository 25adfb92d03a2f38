import { attributionKey, budgetKey, efficiencyKey, positionKey, targetKey, tickerKey } from '@quantum/redis-schemas';

/** What a field must hold. `share`: 0..1. `sec`: unix seconds. `time`: unix time in any unit. */
export type FieldForm = 'number' | 'share' | 'sec' | 'time' | 'text';

/** A field of another team's hash. */
export interface InputField {
  readonly name: string;
  readonly form: FieldForm;
  /** Our services do nothing for the symbol without it. */
  readonly required?: true;
  /** Names under which writers put the same value. */
  readonly aliases?: readonly string[];
}

/** A hash per symbol that another team writes. */
export interface Input {
  readonly prefix: string;
  /** Who writes it. */
  readonly writer: string;
  /** Nothing is proposed or hinted without it. Without the others less is known. */
  readonly isVital?: true;
  readonly fields: readonly InputField[];
  /** Its time. */
  readonly time: string;
  /** A value older than this counts for nothing, seconds. */
  readonly maxAgeSec: number;
  /** What follows where its key is of another type. */
  readonly unreadable: string;
  /** The time to live that the contract gives it, seconds; undefined: it has none. */
  readonly ttlSec?: number;
}

const TIMES = ['ts', 'timestamp', 'ts_utc', 'ts_epoch', 'updated_at', 'time'];
const timeField = (name: string, form: FieldForm, required?: true): InputField => ({
  name,
  form,
  aliases: TIMES.filter((other) => other !== name),
  ...(required && { required }),
});

/** The hashes by symbol that our services read, by their short names. */
export const INPUTS = {
  targets: {
    prefix: targetKey(''),
    writer: 'P2.9',
    unreadable: 'The symbol gets no proposal (redis_error), and allocation_cap passes.',
    isVital: true,
    time: 'timestamp',
    maxAgeSec: 300,
    ttlSec: 300,
    fields: [
      { name: 'target_usd', form: 'number', required: true, aliases: ['target', 'allocation_usd', 'targetUsd'] },
      timeField('timestamp', 'sec', true),
      { name: 'base_target_usd', form: 'number' },
      { name: 'mode', form: 'text' },
    ],
  },
  scores: {
    prefix: efficiencyKey(''),
    writer: 'P3.1',
    unreadable: 'Its score counts for nothing: multiplier 1, no hint (redis_error).',
    isVital: true,
    time: 'ts',
    maxAgeSec: 600,
    ttlSec: 600,
    fields: [
      { name: 'efficiency_score', form: 'share', required: true, aliases: ['score', 'efficiency', 'eff_score'] },
      { name: 'confidence', form: 'share', required: true, aliases: ['conf', 'eff_confidence'] },
      timeField('ts', 'sec', true),
      { name: 'mode', form: 'text' },
      { name: 'version', form: 'text' },
      { name: 'stale_flags', form: 'text' },
    ],
  },
  positions: {
    prefix: positionKey(''),
    writer: 'P3.3',
    unreadable: 'Its position is unknown: allocation_cap and price_band pass, the brain has no gain to measure.',
    time: 'ts_epoch',
    maxAgeSec: 300,
    fields: [
      { name: 'position_amt', form: 'number', required: true, aliases: ['positionAmt', 'amount', 'qty'] },
      { name: 'mark_price', form: 'number', aliases: ['markPrice', 'price'] },
      timeField('ts_epoch', 'sec', true),
    ],
  },
  prices: {
    prefix: tickerKey(''),
    writer: 'the price feed',
    unreadable:
      'The mark price of the position is taken instead. Without one the symbol loses confidence, and a rollout leaves it at its base.',
    time: 'timestamp',
    maxAgeSec: 60,
    ttlSec: 10,
    fields: [{ name: 'markPrice', form: 'number' }, { name: 'price', form: 'number' }, timeField('timestamp', 'time')],
  },
  budgets: {
    prefix: budgetKey(''),
    writer: 'P2.8',
    unreadable: 'portfolio_budget passes every plan of the symbol.',
    time: 'timestamp',
    maxAgeSec: 60,
    ttlSec: 300,
    fields: [
      { name: 'mode', form: 'text' },
      { name: 'budget_usd', form: 'number' },
      timeField('timestamp', 'sec', true),
    ],
  },
  attributions: {
    prefix: attributionKey(''),
    writer: 'P3.0',
    unreadable: 'The score p31_v1 goes on with the last performance factor. No other score needs it.',
    time: 'ts_utc',
    maxAgeSec: 600,
    ttlSec: 300,
    fields: [{ name: 'performance_factor', form: 'number' }, timeField('ts_utc', 'time')],
  },
} as const satisfies Record<string, Input>;
export type InputName = keyof typeof INPUTS;

/** The same, as a list that can be walked. */
export const INPUT_LIST: readonly (readonly [name: InputName, input: Input])[] = Object.entries(INPUTS) as [
  InputName,
  Input,
][];

/** Every field that is read of such a hash. */
export const fieldsToRead = ({ fields }: Input): readonly string[] => [
  ...new Set(fields.flatMap(({ name, aliases = [] }) => [name, ...aliases])),
];

/** The lesser harm of what does not concern every symbol, or concerns an input without which the services go on. */
export const lesserHarm = ({ isVital }: Input, isEverywhere: boolean): { readonly harm?: 'part' } =>
  isVital && isEverywhere ? {} : { harm: 'part' };

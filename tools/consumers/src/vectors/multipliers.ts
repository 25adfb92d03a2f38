import { effectiveMultiplier, effectiveTargetUsd } from '@quantum/effective-target';
import { full, MULTIPLIER_FIELDS, parseEpoch, parseMultiplier, type Read } from '@quantum/redis-schemas';
import type { Case, Vectors } from './file.js';
import { ODD_NUMBERS } from './odd.js';
import type { Texts } from './plan-shapes.js';
import { NOW_SEC } from './readings.js';

interface Given {
  now: number;
  /** The present fields of the multiplier's hash; null: the key could not be read. */
  published: Texts | null;
  /** The text of the epoch; null: it could not be read, absent: there is no such key. */
  epoch?: string | null;
  /** Base target, USD. */
  base: number;
}

const GOOD = { multiplier: '0.925', direction: 'both', epoch: '1763386800000', expires_at: String(NOW_SEC + 30) };
const given = (changes: Texts, more: Partial<Given> = {}): Given => ({
  now: NOW_SEC, published: { ...GOOD, ...changes }, epoch: GOOD.epoch, base: 2000, ...more,
}); // prettier-ignore
const without = (name: string): Texts => Object.fromEntries(Object.entries(GOOD).filter(([field]) => field !== name));

const EPOCHS = [
  '0', '7', '07', '+7', '-7', ' 7', '7 ', '7.0', '7e0', '', 'x', '9007199254740991', '9007199254740992',
  '9007199254740993', '18446744073709551616', '1763386800001', '\u0667',
]; // prettier-ignore
const DIRECTIONS = ['down_only', 'both', 'Both', ' both', 'up_only', ''];

function oddFields(): Case<Given>[] {
  const bounds = ['0', '0.5', '1', '1.0000000000000002', '1.5', '7', '1e300', '-0.0001'];
  const times = [-1, 0, 0.001, 60, 86_400].map((offset) => String(NOW_SEC + offset));
  const one = (name: string, text: string, more?: Partial<Given>): Case<Given> => ({
    name: `${name} ${JSON.stringify(text)}`,
    given: given({ [name]: text }, more),
  });
  return [
    ...[...new Set([...ODD_NUMBERS, ...bounds])].map((text) => one('multiplier', text)),
    ...bounds.map((text) => ({ name: `down only, multiplier ${text}`, given: given({ direction: 'down_only', multiplier: text }) })),
    ...DIRECTIONS.map((text) => one('direction', text)),
    ...[...new Set([...ODD_NUMBERS, ...times, `${NOW_SEC + 30}000`])].map((text) => one('expires_at', text)),
    ...EPOCHS.map((text) => one('epoch', text, { epoch: text })),
  ];
} // prettier-ignore

function reads(): Case<Given>[] {
  const bases = [0, 0.1, 333.33, 5e-324, 1.7976931348623157e308, -50];
  return [
    { name: 'as published', given: given({}) },
    { name: 'nothing published', given: given({}, { published: {} }) },
    { name: 'only other fields', given: given({}, { published: { blend: '0.5', reason: 'stage' } }) },
    { name: 'multiplier unreadable', given: given({}, { published: null }) },
    { name: 'epoch unreadable', given: given({}, { epoch: null }) },
    { name: 'both unreadable', given: given({}, { published: null, epoch: null }) },
    { name: 'no epoch', given: { now: NOW_SEC, published: GOOD, base: 2000 } },
    { name: 'no epoch at all', given: { now: NOW_SEC, published: without('epoch'), base: 2000 } },
    ...MULTIPLIER_FIELDS.map((name) => ({ name: `without ${name}`, given: given({}, { published: without(name) }) })),
    ...EPOCHS.map((epoch) => ({ name: `Redis has epoch ${JSON.stringify(epoch)}`, given: given({}, { epoch }) })),
    ...[29, 29.999, 30, 31].map((after) => ({ name: `read ${after} s later`, given: given({}, { now: NOW_SEC + after }) })),
    { name: 'expired before foreign', given: given({}, { now: NOW_SEC + 30, epoch: '1' }) },
    { name: 'foreign before over its limit', given: given({ direction: 'down_only', multiplier: '2' }, { epoch: '1' }) },
    ...bases.flatMap((base) => ['0', '0.925', '1.4'].map((multiplier) => ({ name: `base ${base} times ${multiplier}`, given: given({ multiplier }, { base }) }))),
  ];
} // prettier-ignore

const readOf = <T>(text: Texts | string | null | undefined, parse: (text: never) => T): Read<T> =>
  text === null ? { readable: false } : { readable: true, value: parse((text ?? null) as never) };

/** The multiplier that a reader applies to a base target. */
export const multipliers: Vectors<Given> = {
  about:
    'The effective multiplier of a symbol, why it counts or not, and the target that follows. published: the fields of the ' +
    'hash that are there; null: the key could not be read. epoch: its text; null: it could not be read; absent: no such ' +
    'key. See docs/rollout.md, Read an effective multiplier.',
  config: {},
  cases: [...reads(), ...oddFields()],
  answer: ({ now, published, epoch, base }) => {
    const effective = effectiveMultiplier(
      {
        published: readOf(published, (fields: Texts) => parseMultiplier(MULTIPLIER_FIELDS.map((name) => fields[name] ?? null))),
        epoch: readOf(epoch, parseEpoch),
      },
      now,
    );
    return { multiplier: full(effective.multiplier), why: effective.why, effective_target: full(effectiveTargetUsd(base, effective)) };
  },
}; // prettier-ignore

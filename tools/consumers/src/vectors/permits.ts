import { applyHint, readPermit } from '@quantum/apply-hints';
import { full } from '@quantum/redis-schemas';
import { mulberry32 } from '@quantum/testbed';
import type { Case, Vectors } from './file.js';
import { ODD_NUMBERS } from './odd.js';

interface Given {
  /** The text of the permit's key; null: the key is absent. */
  permit: string | null;
  /** Whether the plan closes. */
  closing: boolean;
  /** Cap and cooldown without a hint, and the minimum cap that is an order. */
  cap: number;
  cooldown_sec: number;
  least_cap: number;
}

const OLD = {
  granted: true, symbol: 'BTCUSDT', decision: 'EXECUTE', computed_qty: 0.01, computed_notional: 950.2,
  created_at: 1763386800.123, consumed: false,
}; // prettier-ignore
const NEW = {
  ...OLD, eff_score: '0.2000', eff_confidence: '0.900', eff_stale: '0', eff_factor: '0.4444', downsize_factor: '0.4444',
  eff_action: 'DOWNSIZE', eff_reason: 'ok', extra_cooldown_sec: '96', would_block: [], mode: 'testnet', policy: '4bd977d42c9c',
}; // prettier-ignore
const HINT_FIELDS = ['eff_action', 'downsize_factor', 'extra_cooldown_sec'] as const;

const given = (permit: object | string | null, changes: Partial<Given> = {}): Given => ({
  permit: typeof permit === 'object' && permit !== null ? JSON.stringify(permit) : permit,
  closing: false, cap: 1000, cooldown_sec: 60, least_cap: 0, ...changes,
}); // prettier-ignore

function shapes(): Case<Given>[] {
  const garbage = [
    '', ' ', '{', '}', 'null', 'true', '7', 'NaN', '"granted"', '[]', '[{"granted":true}]', '{"granted":True}', "{'granted':true}",
    '{"granted":true,}', '{"granted":true} x', '{"granted":true,"eff_factor":NaN}', '{"granted":true,"x":Infinity}', '{"granted":true,"x":01}',
    '\ufeff{"granted":true}', '{"x":"\u0001"}', '{"granted":tru',
  ]; // prettier-ignore
  const without = (name: string) => Object.fromEntries(Object.entries(NEW).filter(([field]) => field !== name));
  return [
    { name: 'none', given: given(null) },
    { name: 'old', given: given(OLD) },
    { name: 'new', given: given(NEW) },
    { name: 'new, no hint', given: given({ ...NEW, eff_action: 'NONE', downsize_factor: '1.0000', extra_cooldown_sec: '0' }) },
    { name: 'new, of an earlier version, without policy', given: given(without('policy')) },
    { name: 'empty object', given: given('{}') },
    { name: 'blanks around', given: given(' \t\r\n{ "granted" : true }\n') },
    { name: 'a field twice, the last counts', given: given('{"granted":false,"granted":true,"eff_action":"NONE","eff_action":"DOWNSIZE","downsize_factor":"0.5"}') },
    { name: 'escapes', given: given('{"\\u0067ranted":true,"eff_action":"DOWN\\u0053IZE","downsize_factor":"0.5\\n","extra_cooldown_sec":"\\u0031"}') },
    { name: 'fields within a field', given: given({ ...OLD, hint: { eff_action: 'DOWNSIZE', downsize_factor: '0.5' } }) },
    ...garbage.map((text) => ({ name: `garbage ${JSON.stringify(text)}`, given: given(text) })),
    ...HINT_FIELDS.map((name) => ({ name: `without ${name}`, given: given(without(name)) })),
    ...HINT_FIELDS.map((name) => ({ name: `only ${name}`, given: given({ granted: true, [name]: NEW[name] }) })),
    ...[false, null, 1, 'true', {}].map((granted) => ({ name: `granted ${JSON.stringify(granted)}`, given: given({ ...NEW, granted }) })),
    { name: 'not granted, by not being said', given: given(without('granted')) },
  ]; // prettier-ignore
}

function oddFields(): Case<Given>[] {
  const noText = [null, true, 0.5, 96, [], ['0.5'], {}];
  const odd: Record<(typeof HINT_FIELDS)[number], readonly unknown[]> = {
    eff_action: ['', 'none', 'downsize', ' DOWNSIZE', 'DOWNSIZE ', 'BLOCK', ...noText],
    downsize_factor: [...ODD_NUMBERS, '0.0001', '0.00009999', '0.0000', '1.0000', '1.0001', '2', '-0.5', ...noText],
    extra_cooldown_sec: [
      ...ODD_NUMBERS,
      '96.0',
      '96.5',
      '9.6e1',
      '-1',
      '86400',
      '86401',
      '86400.0001',
      '1e5',
      ...noText,
    ],
  };
  return HINT_FIELDS.flatMap((name) =>
    odd[name].map((value) => ({
      name: `${name} ${JSON.stringify(value)}`,
      given: given({ granted: true, eff_action: 'DOWNSIZE', downsize_factor: '0.5', extra_cooldown_sec: '96', [name]: value }),
    })),
  ); // prettier-ignore
}

function sizings(): Case<Given>[] {
  const random = mulberry32(4);
  const caps: Partial<Given>[] = [
    { cap: 0 }, { cap: 5e-324 }, { cap: 1e-323 }, { cap: 1.7976931348623157e308 }, { cap: 0.1 }, { cap: 333.33 },
    { least_cap: 444 }, { least_cap: 500 }, { least_cap: 1000 }, { least_cap: 2000 }, { cap: 0, least_cap: 10 },
    { cooldown_sec: 0 }, { cooldown_sec: 0.25 }, { cooldown_sec: 1e300 },
  ]; // prettier-ignore
  const opening = caps.map((changes) => ({ name: `sizing ${JSON.stringify(changes)}`, given: given(NEW, changes) }));
  const closing = [NEW, OLD].map((permit, i) => ({ name: `closing ${i}`, given: given(permit, { closing: true }) }));
  return [
    ...opening,
    ...closing,
    ...Array.from({ length: 30 }, (_, i) => {
      const permit = { ...NEW, downsize_factor: (0.25 + 0.75 * random()).toFixed(4), extra_cooldown_sec: String(i * 4) };
      return { name: `random ${i + 1}`, given: given(permit, { cap: random() * 10 ** (i % 7) }) };
    }),
  ]; // prettier-ignore
}

/** How a reader of permits parses any text, and the result for the plan. */
export const permits: Vectors<Given> = {
  about:
    'What a permit advises, and what follows for a cap and a cooldown. odd: hint fields of a hinted permit that are missing ' +
    'or not as agreed. See docs/integration/apply-layer.md, Apply the hint.',
  config: {},
  cases: [...shapes(), ...oddFields(), ...sizings()],
  answer: ({ permit, closing, cap, cooldown_sec, least_cap }) => {
    const { granted, shape, hint, oddFields: odd } = readPermit(permit);
    const sizing = applyHint(hint, { cap, cooldownSec: cooldown_sec }, { closing }, least_cap);
    return {
      granted,
      shape,
      action: hint.action,
      factor: full(hint.factor),
      extra_cooldown_sec: full(hint.extraCooldownSec),
      odd,
      cap: full(sizing.cap),
      cooldown_sec: full(sizing.cooldownSec),
    };
  },
};

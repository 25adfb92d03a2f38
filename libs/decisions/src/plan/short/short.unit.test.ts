import { describe, expect, it } from '@jest/globals';
import { ExistingRecordSchema, ShortRecordSchema, type DecisionRecord } from '@quantum/redis-schemas';
import { SOME_POLICY } from '@quantum/test-fixtures';
import fc from 'fast-check';
import { candidate, NOW_SEC, POLICY, UNREADABLE, WINDOWS } from '../candidates.test-support.js';
import type { DecisionSettings } from '../decide.js';
import { decidePlan, preCheck } from '../decide.js';
import { effectiveAllocation } from '../effective-allocation.js';
import { decided as decidedBefore } from '../decided.test-support.js';
import { replayDecision } from '../replay.js';
import { permitJson, readRecord, recordJson } from '../record-json.js';
import { longRecord } from './decode.js';

type Of = Parameters<typeof candidate>;

function decided(
  of: Of = [],
  { policy = POLICY, windows = WINDOWS }: { policy?: DecisionSettings; windows?: typeof WINDOWS | undefined } = {},
): DecisionRecord {
  const one = candidate(...of);
  return decidePlan(one, NOW_SEC, preCheck(one, NOW_SEC, policy), windows, policy, () => undefined);
}
const shadow: DecisionSettings = { ...POLICY, modes: { ...POLICY.modes, hourly_rate: 'shadow' } };
const taking: DecisionSettings = { ...POLICY, limits: { ...POLICY.limits, allocationTarget: 'effective' } };
const effective = (why: string, multiplier: number) => {
  const value = { enforce: true, tsSec: NOW_SEC - 1, targetUsd: 500, effective: effectiveAllocation(2000, { multiplier, why }) };
  return { readable: true, value } as const;
}; // prettier-ignore
const full = {
  ...WINDOWS,
  window: { readable: true, value: { lastExecSec: 900, hourCount: 9, burstCount: 1 } },
} as const;
const decorator = (
  fields: object,
  inputs: Record<string, string | number>,
): DecisionSettings['decorators'][number] => ({
  name: 'other',
  neutral: {},
  reads: () => [],
  annotate: () => ({ fields, inputs }),
});
const withDecorator = (...decorators: DecisionSettings['decorators']): DecisionSettings => ({ ...POLICY, decorators });
const failing = { ...POLICY.decorators[0]!, annotate: () => { throw new Error('a mistake'); } }; // prettier-ignore

/** What a record's text says of P2.9's target. */
const allocationIn = (record: DecisionRecord): unknown =>
  (JSON.parse(recordJson(record)) as { inputs: { allocation?: unknown } }).inputs.allocation;

/** Decisions of many kinds. */
const DECISIONS: [string, DecisionRecord][] = [
  ['a permit with a hint', decided()],
  ['a permit without a hint', decided([{ decorations: [[{ readable: true, value: ['0.9', '0.9', '1000'] }]] }])],
  ['a permit with a stale score', decided([{ decorations: [[{ readable: true, value: ['0.9', '0.9', '100'] }]] }])],
  ['a permit without a score', decided([{ decorations: [[UNREADABLE]] }])],
  ['a close', decided([{}, true], { windows: undefined })],
  ['a close of which nothing was read', decided([{ disarmed: UNREADABLE, lastExecSec: UNREADABLE, budget: UNREADABLE, violationSec: UNREADABLE, allocation: UNREADABLE, position: UNREADABLE }, true])],
  ['more digits than a double', decided([{}, false, { qty: '100000000000000000.1' }])],
  ['windows that cannot be read', decided([], { policy: { ...POLICY, modes: { ...POLICY.modes, symbol_cooldown: 'off', hourly_rate: 'off', burst_rate: 'off', daily_notional: 'off' } }, windows: { window: UNREADABLE, dayNotionalUsd: UNREADABLE, inFlightUsd: undefined } })],
  ['a last execution that cannot be read', decided([{ lastExecSec: UNREADABLE }], { windows: { ...WINDOWS, window: { readable: true, value: { lastExecSec: 'unreadable', hourCount: 0, burstCount: 0 } } } as never })],
  ['a refusal before the windows', decided([{ killSwitchOn: UNREADABLE }], { windows: undefined })],
  ['a refusal by the windows', decided([], { windows: full })],
  ['a refusal in shadow', decided([], { policy: shadow, windows: full })],
  ['a hint that failed', decided([], { policy: withDecorator(failing) })],
  ['an effective target', decided([{ allocation: effective('ok', 0.25) }], { policy: taking })],
  ['an effective target that is not enforced', decided([{ allocation: { readable: true, value: { ...effective('epoch', 1).value, enforce: false, tsSec: undefined } } }], { policy: taking })],
  ['a refusal by an effective target', decided([{ allocation: effective('ok', 0) }], { policy: taking, windows: { ...WINDOWS, inFlightUsd: 0 } })],
  ['no hint at all', decided([], { policy: withDecorator() })],
  ['inputs and fields of others', decided([], { policy: withDecorator(...POLICY.decorators, decorator({ spread: '1.0' }, { price: 3, spread: 'x' })) })],
  ['fields of the hint that others changed', decided([], { policy: withDecorator({ ...POLICY.decorators[0]!, annotate: (context) => { const made = POLICY.decorators[0]!.annotate(context); return { ...made, fields: { ...made.fields, eff_score: '0.9' } }; } }) })],
]; // prettier-ignore

describe('a record of version 2', () => {
  it.each(DECISIONS)(
    'of %s is of its schema, is read as what was decided, and is written alike again',
    (_name, record) => {
      const json = recordJson(record);
      const short = JSON.parse(json) as object;
      expect(ShortRecordSchema.parse(short)).toEqual(short);
      const read = readRecord(json);
      const refused = record.gates.filter(({ refused: isRefused }) => isRefused);
      expect(read).toEqual(JSON.parse(JSON.stringify({ ...record, gates: refused })));
      if (record.permit) expect(JSON.parse(permitJson(read!.permit!, read!.inputs))).toEqual(record.permit);
      if (record.block) expect(JSON.stringify(read?.block)).toBe(JSON.stringify(record.block));
      expect(recordJson(read!)).toBe(json);
    },
  );

  it('names no gate that passed, and has a third of the bytes of one of version 1', () => {
    const record = decided();
    const json = recordJson(record);
    expect(json).not.toMatch(/"gates"|kill_switch|hourly_rate/);
    expect(json.length).toBeLessThan(recordJson({ ...record, v: 1 }).length / 3);
  });

  it.each(DECISIONS)(
    'of %s is the same whether it is made of the decision or of its record of version 1',
    (_name, record) => {
      const old = readRecord(recordJson({ ...record, v: 1 }))!;
      expect(recordJson({ ...old, v: 2 })).toBe(recordJson(record));
    },
  );

  it('has an effective target behind P2.9’s own, with what it is computed from', () => {
    const { effective: computed, ...own } = effective('ok', 0.25).value;
    expect(computed).toEqual({ baseUsd: 2000, multiplier: 0.25, why: 'ok', targetUsd: 500 });
    expect(allocationIn(decided([{ allocation: effective('ok', 0.25) }]))).toEqual([
      true,
      999.5,
      500,
      2000,
      0.25,
      'ok',
    ]);
    expect(allocationIn(decided([{ allocation: { readable: true, value: own } }]))).toEqual([true, 999.5, 500]);
  });

  it.each<[object, unknown]>([
    [{}, undefined],
    [{ allocation_enforce: true }, [true, null, null]],
    [{ allocation_ts: 5 }, [false, 5, null]],
    [{ allocation_target_usd: 0 }, [false, null, 0]],
    [{ allocation_base_usd: 7 }, undefined],
    [{ allocation_multiplier: 0.5 }, undefined],
    [{ allocation_base_usd: 7, allocation_multiplier: 0.5 }, [false, null, null, 7, 0.5, '']],
    [{ allocation_base_usd: 7, allocation_multiplier: 0, allocation_multiplier_why: 'ok' }, [false, null, null, 7, 0, 'ok']],
    [{ allocation_enforce: undefined, allocation_ts: 5 }, [false, 5, null]],
    [{ allocation_enforce: undefined, allocation_base_usd: 7, allocation_multiplier: 0.5 }, [false, null, null, 7, 0.5, '']],
    [{ allocation: 'unreadable', allocation_base_usd: 7, allocation_multiplier: 0.5 }, 'unreadable'],
  ])('has of a target no more than is known: %j', (inputs, expected) => {
    const record = decided();
    expect(allocationIn({ ...record, inputs: { ...record.inputs, ...inputs } })).toEqual(expected);
  }); // prettier-ignore

  it('is decided again to the byte, also under limits that refuse what they permitted', () => {
    const read = readRecord(recordJson(decided()))!;
    const replayed = replayDecision(read, SOME_POLICY.governor);
    expect(replayed.kind === 'decided' && recordJson(replayed.record)).toBe(recordJson(read));
    const limits = { ...SOME_POLICY.governor.limits, maxExecPerHour: 1 };
    expect(replayDecision(read, { ...SOME_POLICY.governor, limits })).toMatchObject({
      record: { reason: 'hourly_rate' },
    });
  });

  it('of garbage is no record, and no error', () => {
    const garbage = fc.oneof(fc.jsonValue(), fc.constantFrom('unreadable', null, [], {}, [1], '1-0'));
    const names = [...Object.keys(ShortRecordSchema.shape), ...Object.keys(ShortRecordSchema.shape.inputs.shape)];
    const json = JSON.parse(recordJson(decided())) as { inputs: object };
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), garbage), fc.dictionary(fc.constantFrom(...names), garbage), (over, inputs) => {
        const value = { ...json, inputs: { ...json.inputs, ...inputs }, ...over, v: 2 };
        const read = readRecord(JSON.stringify(value));
        if (read) expect(ExistingRecordSchema.parse(read)).toEqual(read);
        if (longRecord(value) === undefined) expect(read).toBeUndefined();
      }),
      { numRuns: 1000 },
    ); // prettier-ignore
  });

  it('other than of version 2 is left as it is', () => {
    const old = decidedBefore();
    for (const value of [old, 1, null, 'x', { v: 3 }]) expect(longRecord(value)).toBe(value);
    for (const value of [{ v: 2 }, { v: 2, inputs: [] }, { v: 2, inputs: { budget: 1 }, entry_id: '1-0' }])
      expect(longRecord(value)).toBeUndefined();
  });
});

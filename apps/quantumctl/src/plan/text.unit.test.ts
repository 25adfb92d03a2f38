import { describe, expect, it } from '@jest/globals';
import { replayDecision } from '@quantum/decisions';
import type { DecisionRecord } from '@quantum/redis-schemas';
import { GATE_NAMES } from '@quantum/risk-gates';
import { everyGate, INPUTS, recordWith, SOME_POLICY } from '@quantum/test-fixtures';
import fc from 'fast-check';
import type { PlanFacts } from './read.js';
import { planLines } from './text.js';

const NOW_SEC = 1_700_000_000;
const { governor } = SOME_POLICY;

function recordOf(changes: DecisionRecord['inputs'] = {}): DecisionRecord {
  const again = replayDecision(recordWith({ ...INPUTS, ...changes }, { limits: 'eeeeeeeeeeee' }), governor);
  if (again.kind !== 'decided') throw new Error(again.kind);
  return again.record;
}
const facts = (over: Partial<PlanFacts> = {}): PlanFacts => ({
  planId: 'p1', nowSec: NOW_SEC + 5, entry: undefined, record: undefined, isRecordUnreadable: false, settings: governor, hint: undefined,
  permitTtlSec: undefined, blockTtlSec: undefined, hasOtherPermit: false, results: [], deadLetter: undefined, unread: [], ...over,
}); // prettier-ignore
const linesOf = (over: Partial<PlanFacts>): Record<string, string> =>
  Object.fromEntries(planLines(facts(over)).map(({ label, text }) => [label.trim(), text]));

describe('a plan in words', () => {
  it('has every gate in its order, with the numbers of those that were asked', () => {
    const lines = linesOf({ record: recordOf({ exec_count_hour: 4, exec_count_5min: 1 }) });
    expect(Object.keys(lines).filter((label) => GATE_NAMES.some((gate) => gate === label))).toEqual(GATE_NAMES);
    expect(lines).toMatchObject({
      decision: 'refused by hourly_rate: 4 permits in 1 h, limit 3',
      plan_age: 'passes: 1.0 s old, limit 60 s',
      hourly_rate: 'REFUSES: 4 permits in 1 h, limit 3',
      burst_rate: 'not asked: a gate before it refused',
      permit: 'none',
    });
  });

  it('says of a close which gates it is not asked by, and of shadow that it would refuse', () => {
    expect(linesOf({ record: recordOf({ closing: true }) })).toMatchObject({ kill_score: 'not asked: the plan reduces risk' });
    const settings = { ...governor, modes: everyGate('shadow') };
    expect(linesOf({ record: recordOf(), settings })).toMatchObject({ kill_score: 'passes: 0.1, limit 0.8' });
    const late = linesOf({ record: recordOf({ exec_count_hour: 4 }), settings });
    expect(late).toMatchObject({ hourly_rate: 'WOULD REFUSE (in shadow): 4 permits in 1 h, limit 3' });
    expect(linesOf({ record: recordOf(), settings: { ...governor, modes: everyGate('off') } })).toMatchObject({ burst_rate: 'off' });
  });

  it('shows the formula of a hint, with the parameters that Redis knows', () => {
    const hint = { P31_MIN_FACTOR: 0.25, P31_DOWNSIZE_THRESHOLD: 0.45, P31_MAX_EXTRA_COOLDOWN_SEC: 120 };
    expect(linesOf({ record: recordOf(), hint })['hint']).toBe(
      'DOWNSIZE: factor max(0.25, 0.2000 / 0.45) = 0.4444, extra cooldown (1 - 0.2000) * 120 s = 96 s',
    );
    expect(linesOf({ record: recordOf({ eff_confidence: 0.1 }) })['hint']).toBe('NONE: the score does not count (low_conf)');
  });

  it('says what became of the permit', () => {
    const record = recordOf();
    const applied = { planId: 'p1', isExecuted: true, filledQty: 2, source: 'intent_executor', error: '' };
    expect(linesOf({ record, permitTtlSec: 40 })['permit']).toBe('there and not taken, for 40 s more');
    expect(linesOf({ record })['permit']).toBe('taken');
    expect(linesOf({ record, nowSec: NOW_SEC + 90 })['permit']).toBe('gone: taken, or expired unread after 60 s');
    expect(linesOf({ record, nowSec: NOW_SEC + 90, results: [applied] })).toMatchObject({ permit: 'taken', result: 'executed, quantity 2, by intent_executor' });
    expect(linesOf({ record, hasOtherPermit: true })['other']).toMatch(/another team/);
  });

  it.each<[Partial<PlanFacts>, RegExp]>([
    [{}, /^none is known/],
    [{ isRecordUnreadable: true }, /holds something else/],
    [{ deadLetter: 'qty must be a number' }, /^dead-lettered: qty must be a number/],
    [{ entry: { id: `${NOW_SEC}000-0`, fields: { decision: 'SKIP' } } }, /^none is due: its decision is SKIP/],
    [{ entry: { id: `${NOW_SEC}000-0`, fields: {} } }, /^none yet: no governor has answered/],
  ])('says why there is no decision: %j', (over, why) => {
    expect(linesOf(over)['decision']).toMatch(why);
  });

  it('takes any record, with limits that are known or not', () => {
    const value = fc.oneof(fc.double({ noNaN: false }), fc.string(), fc.boolean(), fc.constant(null), fc.constant('unreadable'));
    const inputs = fc.dictionary(fc.constantFrom(...Object.keys(INPUTS)), value);
    const outcome = fc.constantFrom('permit', 'refused', 'dead_letter', 'foreign');
    fc.assert(
      fc.property(inputs, outcome, fc.boolean(), (changes, one, isKnown) => {
        const record = recordWith({ ...INPUTS, ...changes }, { outcome: one });
        for (const { text } of planLines(facts({ record, settings: isKnown ? governor : undefined }))) expect(text).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
}); // prettier-ignore

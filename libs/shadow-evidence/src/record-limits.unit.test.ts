import { describe, expect, it } from '@jest/globals';
import type { ParameterValues } from '@quantum/efficiency-policy';
import type { DecisionRecord } from '@quantum/redis-schemas';
import { policy } from './policy.test-support.js';
import type { RecordingLine } from './recording.js';
import { INPUTS, recordWith } from '@quantum/test-fixtures';
import { decided, decision, replayed } from './records.test-support.js';
import { WhatIf } from './what-if.js';

describe('the limits that a record names', () => {
  const busy = { exec_count_5min: 2 };
  const line = (hash: string, parameters: ParameterValues): RecordingLine => ({
    kind: 'policy', hash, step: 'limits', parameters,
  }); // prettier-ignore
  const FIVE = line('ffffffffffff', { GOV_MAX_EXEC_PER_5MIN: 5 });
  const naming = (limits: string, record: DecisionRecord): DecisionRecord => {
    const { v, plan_id, symbol, entry_id, decided_at, outcome, reason, ...rest } = record;
    return { v, plan_id, symbol, entry_id, decided_at, outcome, reason, limits, ...rest };
  };
  const five = { ...policy.governor, limits: { ...policy.governor.limits, maxExecPer5Min: 5 } };
  const permitted = naming('ffffffffffff', decided(busy, five));
  const refused = naming(policy.hashes.limits, decided(busy));

  it('decide it again, whatever the header says; others are decided by the header, and counted', () => {
    expect([permitted.outcome, refused.reason]).toEqual(['permit', 'burst_rate']);
    const replayer = replayed(FIVE, decision(permitted), decision(refused), decision(decided(busy)));
    expect(replayer).toMatchObject({ checked: 3, different: 0, undecided: 0, byHeaderLimits: 1 });
    expect(replayed(FIVE, decision(naming('ffffffffffff', decided(busy)))).different).toBe(1);
  });

  it('leave APPLY_MODE to the permit, which alone tells it by its name', () => {
    const own = { ...permitted, permit: { ...permitted.permit!, mode: 'dry_run' as const } };
    expect(replayed(FIVE, decision(own)).different).toBe(0);
    const { limits, ...earlier } = own;
    expect([limits, replayed(FIVE, decision(earlier)).different]).toEqual(['ffffffffffff', 1]);
  });

  it('are not guessed: neither where nobody says them, nor from those of a later version', () => {
    const later = line('111111111111', { GOV_MAX_EXEC_PER_5MIN: 5, GOV_LATER: 1 });
    const named = naming('111111111111', decided());
    const replayer = replayed(later, decision(named), decision(permitted));
    expect(replayer).toMatchObject({ checked: 0, undecided: 2, byHeaderLimits: 0 });
    expect([...replayer.unknownPolicies.keys()]).toEqual(['111111111111', 'ffffffffffff']);
  });

  it('are what other limits are a change of', () => {
    const seen: unknown[] = [];
    const whatIf = new WhatIf(policy, {
      gates: (recorded) => {
        seen.push(recorded?.limits.maxExecPer5Min);
        return recorded && { ...recorded, limits: { ...recorded.limits, maxExecPerHour: 0, maxExecPer5Min: 9 } };
      },
      proposal: (_symbol, recorded) => recorded,
      hint: (_symbol, recorded) => recorded,
    });
    const letter: DecisionRecord = { ...decided(), outcome: 'dead_letter', reason: 'max_deliveries' };
    const early = decided({ kill_score: 0.9 });
    for (const one of [permitted, refused, decided(), early, letter, naming('0'.repeat(12), decided())]) {
      for (const each of one === permitted ? [FIVE, decision(one)] : [decision(one)]) whatIf.take(each);
    }
    expect(seen).toEqual([5, 2, 2, 2, undefined]);
    expect(whatIf).toMatchObject({
      undecided: 1,
      all: { plans: 4, plansUnknown: 0, permits: { before: 2, after: 0 } },
    });
    expect(Object.fromEntries(whatIf.refusals)).toEqual({
      burst_rate: { before: 1, after: 0 }, kill_score: { before: 1, after: 1 }, hourly_rate: { before: 0, after: 3 },
    }); // prettier-ignore
  });

  it('do not tell what a plan would have met further on, where it was refused before its windows were read', () => {
    const { exec_count_hour, exec_count_5min, ...early } = INPUTS;
    expect([exec_count_hour, exec_count_5min]).toEqual([0, 0]);
    const whatIf = new WhatIf(policy, {
      gates: (recorded) => recorded && { ...recorded, modes: { ...recorded.modes, kill_score: 'shadow' } },
      proposal: (_symbol, recorded) => recorded,
      hint: (_symbol, recorded) => recorded,
    });
    const record = recordWith({ ...early, kill_score: 0.9 }, { outcome: 'refused', reason: 'kill_score' });
    whatIf.take(decision(record));
    expect(whatIf.all).toMatchObject({ plans: 1, plansUnknown: 1, plansChanged: 0, permits: { before: 0, after: 0 } });
    expect([...whatIf.refusals]).toEqual([]);
  });
});

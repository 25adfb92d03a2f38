import { describe, expect, it } from '@jest/globals';
import { HINT_PARAMETERS, namedValues, PROPOSAL_PARAMETERS, type ParameterValues } from '@quantum/efficiency-policy';
import {
  asComputed,
  proposalStreamEntry,
  recordJson,
  type DecisionRecord,
  type ProposalRecord,
} from '@quantum/redis-schemas';
import { policy } from './policy.test-support.js';
import { parseHeader, parseLine, RECORDING_VERSION, type RecordingLine } from './recording.js';
import { decided, INPUTS, recordWith } from './records.test-support.js';
import { Replayer } from './replayer.js';
import { WhatIf } from './what-if.js';

const proposal = (score: number): RecordingLine => ({
  kind: 'proposal',
  id: '1-0',
  fields: proposalStreamEntry({
    tsEpochSec: 1000, symbol: 'S', baseTargetUsd: 1000, proposedTargetUsd: 1000 * (0.5 + score), multiplier: 0.5 + score,
    effScore: score, effConfidence: 1, effTsText: '990', effStale: false, baseTsText: '', reason: 'ok', ...asComputed(0.5 + score, policy.hashes.proposal),
  }),
}); // prettier-ignore
const decision = (record = decided()): RecordingLine => ({
  kind: 'decision',
  plan_id: record.plan_id,
  json: JSON.stringify(record),
});
const refused = decided({ kill_score: 0.9 });
const block = (json = JSON.stringify(refused.block)): RecordingLine => ({ kind: 'block', plan_id: 'p1', json });

function replayed(...lines: RecordingLine[]): Replayer {
  const replayer = new Replayer(policy);
  for (const line of lines) replayer.take(line);
  return replayer;
}

describe('a replay', () => {
  it('finds everything identical that the policy gives', () => {
    const { checked, different, proposals, decisions, blocks } = replayed(
      proposal(0.9), proposal(0.25), decision(), decision(refused), block(),
    ); // prettier-ignore
    expect({ checked, different }).toEqual({ checked: 5, different: 0 });
    expect([proposals.same, decisions.same, blocks.same]).toEqual([2, 2, 1]);
  });

  it('keeps the digits of a quantity, of which a double has fewer', () => {
    const digits = decided({ qty: Number('0.12345678901234567890'), qty_text: '0.12345678901234567890' });
    const json = recordJson(digits);
    expect(json).toContain('"computed_qty":0.12345678901234567890,');
    expect(replayed({ kind: 'decision', plan_id: 'p1', json }).decisions).toEqual({
      checked: 1,
      same: 1,
      different: 0,
    });
    expect(replayed(decision(digits)).decisions).toMatchObject({ different: 1 }); // written as a double
  });

  it('shows the first differences with both texts', () => {
    const other = proposal(0.9) as Extract<RecordingLine, { kind: 'proposal' }>;
    const fields = other.fields.map((text) => (text === '1400' ? '1401' : text));
    const json = JSON.stringify(decided()).replace('0.4444', '0.4445');
    const { different, differences } = replayed(
      { ...other, fields },
      { kind: 'decision', plan_id: 'p1', json },
      decision(refused),
      block('{"reason":"kill_score"}'),
    );
    expect(different).toBe(3);
    expect(differences.map(({ what, id }) => [what, id])).toEqual([
      ['proposal', '1-0'],
      ['decision', 'p1'],
      ['block', 'p1'],
    ]);
    expect(differences[0]).toMatchObject({
      recorded: JSON.stringify(fields),
      expected: JSON.stringify(other.fields),
    });
    expect(differences[1]).toMatchObject({ recorded: json, expected: JSON.stringify(decided()) });
  });

  it('decides each output by the parameters that it names, which the recording has before it', () => {
    const named = (line: RecordingLine, hash: string): RecordingLine =>
      JSON.parse(JSON.stringify(line).replaceAll(policy.hashes.proposal, hash)) as RecordingLine;
    const parameters = namedValues({ ...policy.proposer, scale: 2 }, PROPOSAL_PARAMETERS);
    const line: RecordingLine = { kind: 'policy', hash: 'cccccccccccc', step: 'proposal', parameters };
    const outputs = [proposal(0.9), proposal(0.75), named(proposal(0.75), 'cccccccccccc')];
    expect(replayed(line, ...outputs).proposals).toEqual({ checked: 3, same: 2, different: 1 });
    const hints: RecordingLine = {
      kind: 'policy', hash: 'dddddddddddd', step: 'hint',
      parameters: namedValues({ ...policy.governor.hint, downsizeThreshold: 0.1 }, HINT_PARAMETERS),
    }; // prettier-ignore
    const by = (hash: string, record = decided()) => {
      record.permit!.policy = hash;
      return decision(record);
    };
    const other = decided();
    Object.assign(other.permit!, { eff_action: 'NONE', eff_factor: '1.0000', downsize_factor: '1.0000', extra_cooldown_sec: '0' }); // prettier-ignore
    const plans = replayed(hints, by(policy.hashes.hint), by('dddddddddddd', other), by('dddddddddddd'));
    expect(plans.decisions).toEqual({ checked: 3, same: 2, different: 1 });
  });

  it('says of what it does not know the parameters, and guesses nothing', () => {
    const nobody = JSON.parse(
      JSON.stringify(proposal(0.9)).replace(policy.hashes.proposal, '0'.repeat(12)),
    ) as RecordingLine;
    const permitted = decided();
    permitted.permit!.policy = '1'.repeat(12);
    const replayer = replayed(proposal(0.9), nobody, nobody, decision(permitted), decision(refused));
    expect(replayer).toMatchObject({ checked: 2, different: 0, undecided: 3 });
    expect([...replayer.unknownPolicies]).toEqual([['0'.repeat(12), 2], ['1'.repeat(12), 1]]); // prettier-ignore
  });

  it('counts what cannot be decided again', () => {
    const letter = { ...decided(), outcome: 'dead_letter' as const };
    const replayer = replayed({ kind: 'proposal', id: '1-0', fields: ['a', 'b'] }, decision(letter), block());
    expect(replayer).toMatchObject({ unreadable: 1, noDecision: 1, checked: 0, different: 0 });
  });
});

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

describe('another policy', () => {
  it('changes what it changes, of each symbol and of all', () => {
    const whatIf = new WhatIf(policy, {
      gates: (recorded) => recorded,
      proposal: (_symbol, recorded) => recorded && { ...recorded, scale: 2 },
      hint: (_symbol, recorded) => recorded && { ...recorded, downsizeThreshold: 0.2 },
    });
    for (const line of [proposal(0.5), proposal(0.75), decision(), decision(refused)]) whatIf.take(line);
    expect(whatIf.all).toEqual(whatIf.bySymbol.get('S'));
    expect(whatIf.all).toMatchObject({
      proposals: 2, proposalsChanged: 1, proposedUsd: { before: 2250, after: 2500 },
      plans: 2, plansChanged: 1, permits: { before: 1, after: 1 }, hinted: { before: 1, after: 0 },
      takenOffUsd: { before: 1000 * (1 - 0.4444), after: 0 }, cooldownSec: { before: 96, after: 0 },
    }); // prettier-ignore
  });
});

describe('smoothing by another policy', () => {
  const at = (tsEpochSec: number, score: number, smoothing: Partial<ProposalRecord> = {}): RecordingLine => ({
    kind: 'proposal',
    id: '1-0',
    fields: proposalStreamEntry({
      tsEpochSec, symbol: 'S', baseTargetUsd: 1000, proposedTargetUsd: 1000 * (0.5 + score), multiplier: 0.5 + score,
      effScore: score, effConfidence: 1, effTsText: String(tsEpochSec), effStale: false, baseTsText: '', reason: 'ok',
      ...asComputed(0.5 + score, policy.hashes.proposal), ...smoothing,
    }),
  }); // prettier-ignore
  const meanAfter = (lines: RecordingLine[]): number => {
    const whatIf = new WhatIf(policy, {
      gates: (recorded) => recorded,
      proposal: (_symbol, recorded) => recorded && { ...recorded, smoothingHalflifeSec: 10 },
      hint: (_symbol, recorded) => recorded,
    });
    for (const line of lines) whatIf.take(line);
    return whatIf.all.multiplier.after / lines.length;
  };

  it('starts from 1, and goes on from what it would have left itself', () => {
    expect(meanAfter([at(1000, 1), at(1010, 1), at(1020, 1)])).toBeCloseTo((1 + 1.25 + 1.375) / 3, 12);
  });

  it('starts from what the first proposal of the symbol had before it', () => {
    const first = at(1000, 1, { smoothingFrom: 1.4, smoothingFromTsSec: 990 });
    expect(meanAfter([first, at(1010, 1, { smoothingFrom: 0.7, smoothingFromTsSec: 990 })])).toBeCloseTo(
      (1.45 + 1.475) / 2,
      12,
    );
  });
});

describe('the lines of a recording', () => {
  const header = { kind: 'header', v: 1, started_at: 1, streams: {}, policy: { proposer: {}, governor: {} } };

  it('begin with a header of a known version', () => {
    expect(parseHeader(JSON.stringify(header))).toEqual(header);
    expect(() => parseHeader(JSON.stringify({ ...header, v: RECORDING_VERSION + 1 }))).toThrow(/knows up to 3/);
    expect(() => parseHeader(JSON.stringify({ ...header, policy: undefined }))).toThrow(/not complete/);
    expect(() => parseHeader('null')).toThrow(/no recording/);
    expect(() => parseHeader('x')).toThrow(/no JSON/);
  });

  it('may be of a kind that a later version added', () => {
    expect(parseLine('{"kind":"resumed","at":1}')).toEqual({ kind: 'resumed', at: 1 });
    expect(parseLine('{"kind":"added_later"}')).toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';
import { HINT_PARAMETERS, namedValues, PROPOSAL_PARAMETERS } from '@quantum/efficiency-policy';
import { recordJson } from '@quantum/decisions';
import { asComputed, proposalStreamEntry, type ProposalRecord } from '@quantum/redis-schemas';
import { policy } from './policy.test-support.js';
import { parseHeader, parseLine, RECORDING_VERSION, type RecordingLine } from './recording.js';
import { decided, decision, replayed } from './records.test-support.js';
import { WhatIf } from './what-if.js';

const proposal = (score: number): RecordingLine => ({
  kind: 'proposal',
  id: '1-0',
  fields: proposalStreamEntry({
    tsEpochSec: 1000, symbol: 'S', baseTargetUsd: 1000, proposedTargetUsd: 1000 * (0.5 + score), multiplier: 0.5 + score,
    effScore: score, effConfidence: 1, effTsText: '990', effStale: false, baseTsText: '', reason: 'ok', ...asComputed(0.5 + score, policy.hashes.proposal),
  }),
}); // prettier-ignore
const refused = decided({ kill_score: 0.9 });
const block = (json = JSON.stringify(refused.block), planId = 'p1'): RecordingLine => ({
  kind: 'block',
  plan_id: planId,
  json,
});

describe('a replay', () => {
  it('finds everything identical that the policy gives', () => {
    const { checked, different, proposals, decisions, blocks } = replayed(
      proposal(0.9), proposal(0.25), decision(), decision(refused, 'p1'), block(),
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
      decision(refused, 'p2'),
      block('{"reason":"kill_score"}', 'p2'),
    );
    expect(different).toBe(3);
    expect(differences.map(({ what, id }) => [what, id])).toEqual([
      ['proposal', '1-0'],
      ['decision', 'p1'],
      ['block', 'p2'],
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

  it('keeps the first five differences, and counts all', () => {
    const json = JSON.stringify(decided()).replace('0.4444', '0.4445');
    const lines = [1, 2, 3, 4, 5, 6].map((i): RecordingLine => ({ kind: 'decision', plan_id: `p${i}`, json }));
    const { different, differences } = replayed(...lines);
    expect(different).toBe(6);
    expect(differences.map(({ id }) => id)).toEqual(['p1', 'p2', 'p3', 'p4', 'p5']);
  });

  it('compares a block once, after its record, also where it comes late', () => {
    const other = block('{}');
    expect(replayed(other).blocks.checked).toBe(0); // its record is not in the recording
    expect(replayed(decision(refused, 'p1'), block(), other).blocks).toEqual({ checked: 1, same: 1, different: 0 });
    const unanswered: RecordingLine = { kind: 'unanswered', plan_id: 'p1', what: 'block' };
    expect(replayed(decision(refused, 'p1'), unanswered, other).blocks).toEqual({ checked: 1, same: 0, different: 1 });
    const expired: RecordingLine = { kind: 'expired', plan_id: 'p1', what: 'block' };
    expect(replayed(decision(refused, 'p1'), expired, other).blocks.checked).toBe(0);
    const letter = { ...refused, outcome: 'dead_letter' as const };
    expect(replayed(decision(letter, 'p1'), block()).blocks).toEqual({ checked: 1, same: 1, different: 0 });
  });

  it('awaits the block of the last decision alone', () => {
    const later = { ...decided(), decided_at: refused.decided_at + 90_000 };
    const unreadable: RecordingLine = { kind: 'decision', plan_id: 'p1', json: '{}' };
    const noBlock: RecordingLine = { kind: 'unanswered', plan_id: 'p1', what: 'block' };
    for (const again of [decision(later, 'p1'), unreadable]) {
      const { blocks, blocksToCome, unanswered } = replayed(decision(refused, 'p1'), again, block(), noBlock);
      expect([blocks.checked, blocksToCome.size, unanswered.size]).toEqual([0, 0, 0]);
    }
    const other = decided({ kill_score: 0.95 });
    const refusedAgain = {
      ...other,
      decided_at: later.decided_at,
      block: { ...other.block!, timestamp: later.decided_at },
    };
    const json = JSON.stringify(refusedAgain.block);
    expect(replayed(decision(refused, 'p1'), decision(refusedAgain, 'p1'), block(json)).blocks).toEqual({
      checked: 1,
      same: 1,
      different: 0,
    });
  });

  it('does not call a plan unanswered whose decision or block came when it was published again', () => {
    const noDecision: RecordingLine = { kind: 'unanswered', plan_id: 'p1', what: 'decision' };
    const noBlock: RecordingLine = { kind: 'unanswered', plan_id: 'p1', what: 'block' };
    const unanswered = (...lines: RecordingLine[]): string[] => [...replayed(...lines).unanswered];
    expect(unanswered(noDecision)).toEqual(['p1']);
    expect(unanswered(noDecision, decision(decided(), 'p1'))).toEqual([]);
    expect(unanswered(noDecision, { kind: 'decision', plan_id: 'p1', json: 'no JSON' })).toEqual([]);
    expect(unanswered(decision(refused, 'p1'), noBlock, block())).toEqual([]);
    expect(unanswered(noDecision, decision(refused, 'p1'), noBlock)).toEqual(['p1']);
  });

  it('compares a record in the order of its own fields, and finds a field more or less', () => {
    const json = (record: object): RecordingLine => ({ kind: 'decision', plan_id: 'p1', json: JSON.stringify(record) });
    const { reason, ...others } = decided();
    expect(replayed(json({ ...others, reason })).decisions).toEqual({ checked: 1, same: 1, different: 0 });
    expect(replayed(json({ ...decided(), error: 'x' })).different).toBe(1);
    expect(replayed(json(others))).toMatchObject({ different: 0, unreadableRecords: 1 });
    expect(replayed(json({ error: 'x', ...decided() })).differences[0]).toMatchObject({
      expected: JSON.stringify(decided()),
    });
  });

  it('takes APPLY_MODE from the header where a record names no limits', () => {
    const record = decided();
    expect(replayed(decision({ ...record, permit: { ...record.permit!, mode: 'dry_run' } })).different).toBe(1);
  });

  it('has nothing to compare where the record lacks what a decision would need', () => {
    const { exec_count_hour, ...early } = decided().inputs;
    const { differences } = replayed(decision({ ...decided(), inputs: early }));
    expect([exec_count_hour, differences.length, differences[0]?.expected]).toEqual([0, 1, '']);
  });

  it('counts what cannot be decided again', () => {
    const letter = { ...decided(), outcome: 'dead_letter' as const };
    const replayer = replayed({ kind: 'proposal', id: '1-0', fields: ['a', 'b'] }, decision(letter, 'p1'), block());
    expect(replayer).toMatchObject({ unreadable: 1, noDecision: 1, checked: 0, different: 0 });
  });
});

describe('a plan that was published three times', () => {
  const twice = decided({ kill_score: 0.9, qty: 3 });

  it('has one decision, by whatever line it comes first', () => {
    const lines = [decision(refused, 'p1'), decision(refused, 'p1'), block(), decision(twice, 'p1'), block('{}')];
    const { decisions, blocks } = replayed(...lines, decision(decided(), 'p2'));
    expect([decisions, blocks]).toEqual([{ checked: 2, same: 2, different: 0 }, { checked: 1, same: 1, different: 0 }]); // prettier-ignore
    const whatIf = new WhatIf(policy, { gates: (own) => own, proposal: (_, own) => own, hint: (_, own) => own });
    for (let i = 0; i < 3; i += 1) whatIf.take(decision(decided(), 'p1'));
    expect(whatIf.all).toMatchObject({ plans: 1, permits: { before: 1, after: 1 }, takenOffUsd: { before: 1000 * (1 - 0.4444) } }); // prettier-ignore
  });

  it('is unreadable once', () => {
    const line: RecordingLine = { kind: 'decision', plan_id: 'p1', json: '{}' };
    expect(replayed(line, line, line).unreadableRecords).toBe(1);
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
    expect(() => parseHeader(JSON.stringify({ ...header, v: RECORDING_VERSION + 1 }))).toThrow(/knows up to 4/);
    expect(() => parseHeader(JSON.stringify({ ...header, policy: undefined }))).toThrow(/not complete/);
    expect(() => parseHeader('null')).toThrow(/no recording/);
    expect(() => parseHeader('x')).toThrow(/no JSON/);
  });

  it('may be of a kind that a later version added', () => {
    expect(parseLine('{"kind":"resumed","at":1}')).toEqual({ kind: 'resumed', at: 1 });
    expect(parseLine('{"kind":"added_later"}')).toBeUndefined();
  });
});

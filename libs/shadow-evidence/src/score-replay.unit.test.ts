import { describe, expect, it } from '@jest/globals';
import { fieldsOf } from '@quantum/redis-schemas';
import { ParameterSets } from './parameter-sets.js';
import { policy } from './policy.test-support.js';
import { RECORDING_VERSION, type RecordingLine } from './recording.js';
import { replayPart } from './replay-part.js';
import { Replayer } from './replayer.js';
import { ScoreComparison } from './score-comparison.js';
import { SCORE_POLICY, SCORE_POLICY_LINE, scoresOf, withField, type ScoreLine } from './scores.test-support.js';

const replayed = (lines: readonly RecordingLine[]): Replayer => {
  const replayer = new Replayer(policy);
  for (const line of lines) replayer.take(line);
  return replayer;
};
const [A, B] = [scoresOf('A', 6), scoresOf('B', 6)];
const both = A.flatMap((line, i) => [line, B[i] as ScoreLine]);
const foreign: ScoreLine = {
  kind: 'score',
  id: '1-0',
  fields: ['symbol', 'A', 'efficiency_score', '0.9', 'confidence', '0.5'],
};

describe('a replay of scores', () => {
  it('gives every entry of both symbols again, and leaves those of the platform’s P3.1 out', () => {
    const { scores, different, undecided, noState } = replayed([SCORE_POLICY_LINE, foreign, ...both]);
    expect({ scores, different, undecided, noState }).toEqual({
      scores: { checked: 24, same: 24, different: 0 },
      ...{ different: 0, undecided: 0, noState: 0 },
    });
  });

  it('counts what a brain wrote that it cannot read, and goes on with the next state', () => {
    const later = withField(A[4] as ScoreLine, 'version', 'brain_v2');
    const changed: ScoreLine = { ...(A[5] as ScoreLine), fields: (A[5] as ScoreLine).fields.slice(2) };
    const replayer = replayed([SCORE_POLICY_LINE, foreign, ...A.slice(0, 4), later, changed, ...A.slice(6)]);
    const { scores, unreadableScores, notCompared } = replayer;
    expect([scores.same, scores.different, unreadableScores, notCompared]).toEqual([10, 0, 2, 2]);
    const comparison = new ScoreComparison(0.5);
    for (const line of [later, changed]) comparison.take(line);
    expect([comparison.unreadable, comparison.summaries.size]).toEqual([2, 0]);
  });

  it('begins with the first period that is closed of a symbol', () => {
    const { scores, noState } = replayed([SCORE_POLICY_LINE, ...A.slice(3)]);
    expect([scores.same, noState]).toEqual([8, 1]);
  });

  it('begins with an entry that carries its state although it closes no period', () => {
    const state = fieldsOf(A[4]?.fields ?? [])['state'] ?? ''; // that after A[3], too
    const carrying = withField(A[3] as ScoreLine, 'state', state);
    const { scores, noState } = replayed([SCORE_POLICY_LINE, carrying, ...A.slice(4)]);
    expect([scores.same, scores.different, noState]).toEqual([9, 0, 0]);
    const lost = replayed([SCORE_POLICY_LINE, ...A.slice(0, 2), carrying, ...A.slice(4)]);
    expect([lost.scores.same, lost.scores.different]).toEqual([11, 0]);
  });

  it('knows no state after a gap', () => {
    const gap: RecordingLine = { kind: 'gap', stream: 'scores', after: '1-0', before: '2-0' };
    const { scores, noState } = replayed([SCORE_POLICY_LINE, ...A.slice(0, 3), gap, ...A.slice(5)]);
    expect([scores.different, scores.same, noState]).toEqual([0, 9, 1]);
    const withoutGap = replayed([SCORE_POLICY_LINE, ...A.slice(0, 3), ...A.slice(5)]);
    expect(withoutGap.scores.different).toBe(1);
  });

  it('knows no state after damage of the file, which may have held scores', () => {
    const damage: RecordingLine = { kind: 'damage', offset: 1, bytes: 1 };
    const { scores, noState } = replayed([SCORE_POLICY_LINE, ...A.slice(0, 3), damage, ...A.slice(5)]);
    expect([scores.different, scores.same, noState]).toEqual([0, 9, 1]);
  });

  it('knows the states after a gap of another stream', () => {
    const gap: RecordingLine = { kind: 'gap', stream: 'plans', after: '1-0', before: '2-0' };
    const { scores, noState } = replayed([SCORE_POLICY_LINE, ...A.slice(0, 3), gap, ...A.slice(3)]);
    expect([scores.different, scores.same, noState]).toEqual([0, 12, 0]);
  });

  it('finds a score, an input and a state that were changed', () => {
    const changed = (i: number, name: string, value: string) =>
      replayed([SCORE_POLICY_LINE, ...A.map((line, at) => (at === i ? withField(line, name, value) : line))]);
    expect(changed(9, 'efficiency_score', '0.7').differences[0]).toMatchObject({ what: 'score', id: A[9]?.id });
    expect(changed(8, 'closed', '{').differences[0]).toMatchObject({ what: 'score', expected: '[]' });
    for (const [i, name, value] of [
      [8, 'now', '60250'],
      [8, 'reserved_usd', '5'],
      [8, 'state', ''],
    ] as const) {
      expect(changed(i, name, value).different).toBeGreaterThan(0);
    }
  });

  it('guesses no parameters', () => {
    const { unknownPolicies, scores } = replayed(both);
    expect([...unknownPolicies]).toEqual([[SCORE_POLICY, 24]]);
    expect(scores.checked).toBe(0);
    const other = { ...SCORE_POLICY_LINE, parameters: { ...SCORE_POLICY_LINE.parameters, BRAIN_PERIOD_SEC: -1 } };
    expect(replayed([other, ...A]).undecided).toBe(12);
  });

  it('is left by a part to who knows the states', () => {
    const sets = new ParameterSets(policy);
    sets.take(SCORE_POLICY_LINE);
    const partOf = (lines: readonly RecordingLine[]) =>
      replayPart(
        lines.map((line) => JSON.stringify(line)),
        policy,
        sets,
      );
    expect(partOf(both)?.totals).toMatchObject({ scores: { checked: 0 }, noState: 0 });
    const gap = { kind: 'gap', after: '1-0', before: '2-0' } as const;
    expect(partOf([{ ...gap, stream: 'scores' }])).toBeUndefined();
    expect(partOf([{ ...gap, stream: 'plans' }])).toBeDefined();
    expect(partOf([{ kind: 'damage', offset: 1, bytes: 1 }])).toBeUndefined();
  });

  it('is of lines of version 4', () => {
    expect(RECORDING_VERSION).toBe(4);
  });
});

describe('a comparison of scores', () => {
  it('sums up by symbol and source, and counts what is unreadable', () => {
    const comparison = new ScoreComparison(0.5);
    const lines: RecordingLine[] = [
      withField(A[0] as ScoreLine, 'efficiency_score', '0.4'),
      withField(withField(A[1] as ScoreLine, 'efficiency_score', '0.8'), 'confidence', '0.5'),
      foreign,
      { kind: 'score', id: '2-0', fields: ['symbol', 'A', 'efficiency_score', 'nan', 'confidence', '0.5'] },
      { kind: 'score', id: '2-0', fields: [] },
      { kind: 'resumed', at: 1 },
    ];
    for (const line of lines) comparison.take(line);
    expect(comparison.unreadable).toBe(2);
    expect([...comparison.summaries]).toEqual([
      [
        'A',
        {
          brain: { n: 2, mean: expect.closeTo(0.6), min: 0.4, max: 0.8, last: 0.8, meanConfidence: 0.25, actedOn: 0.5 },
          p31_v1: { n: 2, mean: 0.5, min: 0.5, max: 0.5, last: 0.5, meanConfidence: 0.25, actedOn: 0.5 },
          p31: { n: 1, mean: 0.9, min: 0.9, max: 0.9, last: 0.9, meanConfidence: 0.5, actedOn: 1 },
        },
      ],
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ParameterSets } from './parameter-sets.js';
import { policy } from './policy.test-support.js';
import type { RecordingLine } from './recording.js';
import { decided, decidedByHashes, writtenJson } from './records.test-support.js';
import { isReplayed, replayedLines, replayPart } from './replay-part.js';
import { Replayer } from './replayer.js';
import { hash53 } from './seen.js';

const permitted = decided();
const refused = decided({ kill_score: 0.9 });
const other = { ...permitted, reason: 'other' };
const unknown = { ...permitted, permit: { ...permitted.permit!, policy: '1'.repeat(12) } };
const [json, otherJson] = [JSON.stringify(refused.block), '{"reason":"other"}'];
const planId = fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5');

const aLine: fc.Arbitrary<RecordingLine> = fc.oneof(
  fc.record({
    kind: fc.constant('decision' as const),
    plan_id: planId,
    json: fc.constantFrom(permitted, refused, other, unknown, { ...permitted, decided_at: permitted.decided_at + 1 }, {}).chain((record) => fc.constantFrom(JSON.stringify(record), writtenJson(decidedByHashes()), writtenJson(decidedByHashes({ kill_score: 0.9 })))),
  }),
  fc.record({ kind: fc.constant('block' as const), plan_id: planId, json: fc.constantFrom(json, otherJson) }),
  fc.record({ kind: fc.constantFrom('unanswered' as const, 'expired' as const), plan_id: planId, what: fc.constantFrom('decision' as const, 'block' as const) }),
  fc.constant<RecordingLine>({ kind: 'proposal', id: '1-0', fields: ['a', 'b'] }),
  fc.constant<RecordingLine>({ kind: 'resumed', at: 1 }),
  fc.constant<RecordingLine>({ kind: 'policy', hash: '1'.repeat(12), step: 'hint', parameters: { P31_DOWNSIZE_THRESHOLD: 0.1 } }),
); // prettier-ignore

/** What is shown of a replay. */
const shown = (replayer: Replayer): unknown => {
  const { totals, differences, unanswered, expired, blocksToCome } = replayer;
  return [totals, [...totals.unknownPolicies], differences, [...unanswered], expired.size, [...blocksToCome]];
};

const textsOf = (lines: readonly RecordingLine[]): string[] => lines.map((line) => JSON.stringify(line));

/** Takes parts as threads do that know the policy lines so far, a part behind. */
function inParts(parts: readonly (readonly RecordingLine[])[]): { replayer: Replayer; absorbed: number } {
  const sets = new ParameterSets(policy);
  const replayer = new Replayer(policy, sets);
  let absorbed = 0;
  for (const lines of parts) {
    const part = replayPart(textsOf(lines), policy, sets);
    if (part && replayer.absorb(structuredClone(part))) absorbed += 1;
    else for (const line of replayedLines(textsOf(lines), replayer)) replayer.take(line);
  }
  return { replayer, absorbed };
}

describe('parts of a recording that are decided by themselves', () => {
  it('come to what the whole does, however it is divided', () => {
    fc.assert(
      fc.property(fc.array(fc.array(aLine, { maxLength: 6 })), (parts) => {
        const whole = new Replayer(policy);
        for (const line of parts.flat()) whole.take(line);
        expect(shown(inParts(parts).replayer)).toEqual(shown(whole));
      }),
      { numRuns: 1000 },
    );
  });

  it('are taken as they are, blocks of earlier parts included, where nothing differs', () => {
    const lineOf = (id: string, record: object): RecordingLine => ({ kind: 'decision', plan_id: id, json: JSON.stringify(record) });
    const block = (id: string): RecordingLine => ({ kind: 'block', plan_id: id, json });
    const parts = [[lineOf('p1', refused), lineOf('p2', refused)], [block('p2'), lineOf('p3', permitted), block('p1')], [lineOf('p4', {})], [block('p5')]];
    const { replayer, absorbed } = inParts(parts);
    expect(absorbed).toBe(4);
    expect(replayer).toMatchObject({ decisions: { checked: 3, same: 3 }, blocks: { checked: 2, same: 2 }, unreadableRecords: 1 });
  }); // prettier-ignore

  const decisionOf = (id: string, record: object): RecordingLine => ({ kind: 'decision', plan_id: id, json: JSON.stringify(record) }); // prettier-ignore
  const blockOf = (id: string, text = json): RecordingLine => ({ kind: 'block', plan_id: id, json: text });
  const partOf = (...lines: RecordingLine[]) => replayPart(textsOf(lines), policy, new ParameterSets(policy));

  it.each<[string, RecordingLine[]]>([
    ['what a policy line says', [{ kind: 'policy', hash: '1'.repeat(12), step: 'hint', parameters: {} }]],
    ['an unanswered plan', [{ kind: 'unanswered', plan_id: 'p1', what: 'decision' }]],
    ['an expired plan', [{ kind: 'expired', plan_id: 'p1', what: 'block' }]],
    ['a plan published again', [decisionOf('p1', permitted), decisionOf('p1', permitted)]],
    ['a plan decided again', [decisionOf('p1', permitted), decisionOf('p1', { ...permitted, decided_at: permitted.decided_at + 1 })]],
  ])('depend on lines before them with %s', (_name, lines) => {
    expect(partOf(...lines)).toBeUndefined();
    expect(partOf({ kind: 'resumed', at: 1 }, ...lines)).toBeUndefined();
  }); // prettier-ignore

  it('name their decisions, and the blocks whose record or line is elsewhere', () => {
    const part = partOf(decisionOf('p1', refused), blockOf('p1'), decisionOf('p2', refused), blockOf('p3'), decisionOf('p4', {}));
    expect([...part!.decided]).toEqual([
      hash53('p1'), refused.decided_at, hash53('p2'), refused.decided_at, hash53('p4'), NaN,
    ]);
    expect(part).toMatchObject({ blocks: [['p3', json]], blocksToCome: new Map([['p2', json]]) });
    expect(part!.totals).toMatchObject({ decisions: { checked: 2, same: 2 }, blocks: { checked: 1, same: 1 }, unreadableRecords: 1 });
  }); // prettier-ignore

  const differing = (id: string) => decisionOf(id, other);
  it('are refused where a decision was read before, where they answer a plan, and where a difference is to be kept', () => {
    const after = (before: readonly RecordingLine[], ...lines: RecordingLine[]) => {
      const replayer = new Replayer(policy);
      for (const line of before) replayer.take(line);
      const was = JSON.stringify(shown(replayer));
      const absorbed = replayer.absorb(partOf(...lines)!);
      expect(JSON.stringify(shown(replayer)) === was).toBe(!absorbed);
      return absorbed;
    };
    const missing: RecordingLine = { kind: 'unanswered', plan_id: 'p1', what: 'decision' };
    const five = ['d1', 'd2', 'd3', 'd4', 'd5'].map(differing);
    expect(after([decisionOf('p1', permitted)], decisionOf('p2', permitted), decisionOf('p1', permitted))).toBe(false);
    expect(after([decisionOf('p1', permitted)], decisionOf('p2', permitted))).toBe(true);
    expect(after([missing], decisionOf('p2', permitted), decisionOf('p1', permitted))).toBe(false);
    expect(after([missing], decisionOf('p2', permitted))).toBe(true);
    expect(after([decisionOf('p1', refused)], decisionOf('p1', { ...permitted, decided_at: 1 }))).toBe(false);
    const later = { ...permitted, decided_at: permitted.decided_at + 90_000 };
    expect(after([{ ...missing, plan_id: 'p3' }, decisionOf('p1', refused)], decisionOf('p1', later))).toBe(false);
    expect(after([], differing('p1'))).toBe(false);
    expect(after(five.slice(1), differing('p1'))).toBe(false);
    expect(after(five, differing('p1'))).toBe(true);
    expect(after([decisionOf('p1', refused)], blockOf('p1', otherJson), decisionOf('p2', permitted))).toBe(false);
    expect(after([...five, decisionOf('p1', refused)], blockOf('p1', otherJson))).toBe(true);
    expect(after([decisionOf('p1', refused)], blockOf('p1'))).toBe(true);
  });

  it('are kept: their decisions are not taken again, and their blocks are awaited', () => {
    const { replayer } = inParts([[decisionOf('p1', refused)], [decisionOf('p1', refused)], [blockOf('p1', otherJson)]]);
    expect(replayer).toMatchObject({ decisions: { checked: 1 }, blocks: { checked: 1, different: 1 } });
    expect(replayer.differences).toEqual([{ what: 'block', id: 'p1', recorded: otherJson, expected: json }]);
    const sums = inParts([[decisionOf('p1', unknown)], [decisionOf('p2', unknown), decisionOf('p3', {}), { kind: 'proposal', id: '1-0', fields: [] }]]);
    expect(sums.absorbed).toBe(2);
    expect(sums.replayer).toMatchObject({ unreadableRecords: 1, unreadable: 1, checked: 0, undecided: 2 });
  }); // prettier-ignore

  it('count the differences beyond those that are kept', () => {
    const five = ['d1', 'd2', 'd3', 'd4', 'd5'].map(differing);
    const { replayer, absorbed } = inParts([five, [differing('d6'), decisionOf('p1', permitted)]]);
    expect(absorbed).toBe(1);
    expect(replayer).toMatchObject({ decisions: { checked: 7, same: 1, different: 6 }, differences: { length: 5 } });
  });

  it('leave out the entries of the plan stream, of which a replay reads nothing', () => {
    const plan = JSON.stringify({ kind: 'plan', id: '1-0', fields: ['plan_id', 'p1'] });
    const resumed = JSON.stringify({ kind: 'resumed', at: 1 });
    expect([isReplayed(plan), isReplayed(resumed)]).toEqual([false, true]);
    const replayer = new Replayer(policy);
    expect([...replayedLines([plan, resumed, '{"kind":"added_later"}'], replayer)]).toEqual([
      { kind: 'resumed', at: 1 },
    ]);
    expect(() => [...replayedLines(['{"kind":"block"'], replayer)]).toThrow('no JSON');
  });
});

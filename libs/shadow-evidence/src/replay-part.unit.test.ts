import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ParameterSets } from './parameter-sets.js';
import { policy } from './policy.test-support.js';
import type { RecordingLine } from './recording.js';
import { decided } from './records.test-support.js';
import { isReplayed, replayedLines, replayPart } from './replay-part.js';
import { Replayer } from './replayer.js';

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
    json: fc.constantFrom(permitted, refused, other, unknown, { ...permitted, decided_at: permitted.decided_at + 1 }, {}).map((record) => JSON.stringify(record)),
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

/** Takes parts as threads do that know the policy lines so far, a part behind. */
function inParts(parts: readonly (readonly RecordingLine[])[]): { replayer: Replayer; absorbed: number } {
  const sets = new ParameterSets(policy);
  const replayer = new Replayer(policy, sets);
  let absorbed = 0;
  for (const lines of parts) {
    const part = replayPart(lines, policy, sets);
    if (part && replayer.absorb(structuredClone(part))) absorbed += 1;
    else for (const line of lines) replayer.take(line);
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
    const parts = [[lineOf('p1', refused), lineOf('p2', refused)], [block('p2'), lineOf('p3', permitted), block('p1')], [lineOf('p4', {})]];
    const { replayer, absorbed } = inParts(parts);
    expect(absorbed).toBe(3);
    expect(replayer).toMatchObject({ decisions: { checked: 3, same: 3 }, blocks: { checked: 2, same: 2 }, unreadableRecords: 1 });
  }); // prettier-ignore

  it('leave out the entries of the plan stream, of which a replay reads nothing', () => {
    const plan = JSON.stringify({ kind: 'plan', id: '1-0', fields: ['plan_id', 'p1'] });
    const resumed = JSON.stringify({ kind: 'resumed', at: 1 });
    expect([isReplayed(plan), isReplayed(resumed)]).toEqual([false, true]);
    expect([...replayedLines([plan, resumed, '{"kind":"added_later"}'])]).toEqual([{ kind: 'resumed', at: 1 }]);
    expect(() => [...replayedLines(['{"kind":"block"'])]).toThrow('no JSON');
  });
});

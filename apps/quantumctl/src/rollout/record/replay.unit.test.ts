import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { multiplierHash, type PublishedMultiplier } from '@quantum/redis-schemas';
import { auditFields, auditHash, commandFields, NO_ENTRY, type AuditEntry } from '@quantum/rollout-commands';
import { encodeRolloutState, initialState } from '@quantum/rollout-plan';
import { headLine, parseLine, type LineOf, type RecordLine } from './line.js';
import { RecordReplayer } from './replay.js';
import { replayText } from './text.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const off = encodeRolloutState(initialState(7));
const ID = '1763386800000-0';
const entry: AuditEntry = {
  tsEpochSec: 1_763_386_801, actor: 'ana', event: 'hold', commandId: ID, subject: '', reason: 'odd prices', refusal: 'not_possible',
  from: off, to: off, plan: '', stage: '', guards: '', build: 'test',
}; // prettier-ignore
const refused = auditFields(entry, NO_ENTRY, sha256);
const later = auditFields({ ...entry, event: 'dance', commandId: '1763386801000-0', reason: '', refusal: 'unknown_command' }, auditHash(refused, sha256), sha256); // prettier-ignore
const audit: RecordLine[] = [refused, later].map((fields, i) => ({ kind: 'audit', id: `${i + 1}-0`, fields }));
const hold: RecordLine = { kind: 'command', user: 'ana', id: ID, fields: commandFields({ name: 'hold', reason: 'odd prices' }) }; // prettier-ignore
const dance: RecordLine = { kind: 'command', user: 'ana', id: '1763386801000-0', fields: ['command', 'dance'] };
const published: PublishedMultiplier = {
  multiplier: 1 + 0.3 * (0.85 - 1), proposedMultiplier: 0.85, blend: 0.3, direction: 'down_only', plan: '0123456789ab', stage: 'a', policy: '4bd977d42c9c',
  epoch: 7, fence: '1:x', tsEpochSec: 1_763_386_801, expiresAtSec: 1_763_386_831, reason: 'stage',
}; // prettier-ignore
const multiplier = (changes: Partial<PublishedMultiplier> = {}): RecordLine => ({
  kind: 'multiplier',
  symbol: 'BTCUSDT',
  fields: multiplierHash({ ...published, ...changes }),
});

const replay = (lines: readonly RecordLine[], head: Partial<LineOf<'rollout'>> = {}) => {
  const replayer = new RecordReplayer();
  const first = headLine({ atSec: 1_763_386_900, lastAudit: '2-0', ...head });
  for (const line of [first, ...lines, { kind: 'end' } as const]) replayer.take(line);
  return replayer.result();
};

describe('the replay of a record', () => {
  it('finds every output again', () => {
    const whole = replay([...audit, hold, dance, multiplier()]);
    expect(whole).toMatchObject({ chain: { ok: true, count: 2 }, unanswered: 0, commands: { count: 2 }, multipliers: { count: 1 } }); // prettier-ignore
    expect(replayText(whole)).toEqual({ exitCode: 0, text: expect.stringContaining('IDENTICAL: 5 outputs, byte for byte\n') }); // prettier-ignore
    expect(replayText(replay([], { lastAudit: '' }))).toEqual({
      exitCode: 0,
      text: expect.stringContaining('NOTHING TO REPLAY'),
    });
  });

  it.each<[string, RecordLine, string]>([
    ['another command than the audit says', { ...hold, fields: ['command', 'rollback', 'reason', 'odd prices'] }, 'event'],
    ['another reason', { ...hold, fields: ['command', 'hold'] }, 'reason'],
    ['another subject', { ...dance, fields: ['command', 'start', 'plan', '0123456789ab'] }, 'subject'],
  ])('finds %s', (_what, command, field) => {
    const { commands } = replay([...audit, command]);
    expect(commands.differences.map((each) => each.field)).toContain(field);
  }); // prettier-ignore

  it('finds a multiplier that does not follow from its proposal, and leaves out one on its way', () => {
    const { multipliers } = replay([...audit, multiplier({ multiplier: 0.9550001 })]);
    expect(multipliers.differences).toEqual([{ id: 'BTCUSDT', field: 'multiplier', recorded: '0.9550001', replayed: '0.955' }]); // prettier-ignore
    expect(replay([...audit, multiplier({ multiplier: 0.99, reason: 'slew' })]).multipliers.count).toBe(0);
    expect(replay([...audit, multiplier({ multiplier: 1, proposedMultiplier: 1.2 })]).multipliers.differences).toEqual([]); // prettier-ignore
  });

  it('finds an audit that is not whole', () => {
    const [first, second] = audit;
    for (const [lines, why] of [[[second!], /does not follow/], [[first!], /removed from the end/]] as const) {
      const { exitCode, text } = replayText(replay(lines));
      expect([exitCode, text]).toEqual([1, expect.stringMatching(why)]);
    }
  }); // prettier-ignore

  it('finds an audit that lost an entry from its end before another followed, or all of them', () => {
    const textOf = (...given: Parameters<typeof replay>) => replayText(replay(...given));
    expect(textOf(audit, { added: 2, hasState: true }).exitCode).toBe(0);
    const removed = textOf(audit, { added: 3, hasState: true });
    expect([removed.exitCode, removed.text]).toEqual([1, expect.stringMatching(/NOT WHOLE at 2-0: entries before it were removed: 1\./)]); // prettier-ignore
    const gone = textOf([], { lastAudit: '', added: 0, hasState: true });
    expect([gone.exitCode, gone.text]).toEqual([1, expect.stringMatching(/NOT WHOLE at 0-0: it is gone, and there is a state/)]); // prettier-ignore
    expect(textOf([], { lastAudit: '', added: 0, hasState: false }).exitCode).toBe(0);
  });

  it('says what it cannot know', () => {
    const guarded = auditFields({ ...entry, actor: 'rollout', event: 'slew', commandId: '', refusal: '', guards: '[]' }, NO_ENTRY, sha256); // prettier-ignore
    const { exitCode, text } = replayText(
      replay([{ kind: 'audit', id: '2-0', fields: guarded }, { kind: 'evidence', id: '3-0', fields: ['kind', 'rumour'] }, dance]),
    ); // prettier-ignore
    expect(exitCode).toBe(1);
    expect(text).toMatch(/1 entry of the evidence cannot be read: 3-0\n[^]*inputs of its guards[^]*: 2-0\n1 command without an answer[^]*\nUNKNOWN: 2 of/); // prettier-ignore
  });
});

describe('a line of a record', () => {
  it('is read as it was written, and nothing else is', () => {
    const heads = [headLine({ atSec: 1.5, lastAudit: '1-0' }), headLine({ atSec: 1.5, lastAudit: '', added: 0, hasState: true })];
    const lines = [...heads, ...audit, hold, multiplier(), { kind: 'plan', hash: 'a', text: '{}' } as const];
    for (const line of lines) expect(parseLine(JSON.stringify(line))).toEqual(line);
    for (const text of ['', '{}', 'null', '{"kind":"audit","id":"1-0"}', '{"kind":"rollout","version":2,"atSec":1,"lastAudit":""}']) {
      expect(parseLine(text)).toBeUndefined();
    }
  }); // prettier-ignore
});

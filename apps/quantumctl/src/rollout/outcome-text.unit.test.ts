import { describe, expect, it } from '@jest/globals';
import { COMMAND_NAMES, lowersRisk, type AuditEntry } from '@quantum/rollout-commands';
import { encodeRolloutState, initialState, type RolloutState } from '@quantum/rollout-plan';
import { outcomeText } from './outcome-text.js';

const entryOf = (changes: Partial<AuditEntry>): Required<AuditEntry> => ({
  tsEpochSec: 1, actor: 'ben', event: 'hold', commandId: '1-0', subject: '', reason: '', refusal: '', from: '', to: '', plan: '', stage: '',
  guards: '', build: '', ...changes,
}); // prettier-ignore
const state = (name: RolloutState['name']) => encodeRolloutState({ ...initialState(7), name });
const said = (name: (typeof COMMAND_NAMES)[number], changes: Partial<AuditEntry>) =>
  outcomeText({ name, reason: '' }, { kind: 'answered', id: '9-0', entry: entryOf(changes) }, new Map(), undefined);

describe('an accepted command', () => {
  it('ends with 1 if a foreign epoch killed the rollout and it was to raise risk', () => {
    for (const name of COMMAND_NAMES) {
      const { text, exitCode } = said(name, { from: state('off'), to: state('killed') });
      expect(text).toContain('Redis had another epoch, so the rollout was killed.');
      expect(exitCode).toBe(lowersRisk(name) ? 0 : 1);
      const killed = { ...initialState(7), name: 'killed' };
      expect(said(name, { from: state('killed'), to: state('killed') })).toEqual({
        text: `${name} accepted. The rollout stays killed.\n`,
        exitCode: 0,
        json: { result: 'accepted', plan: '', audit: '9-0', before: killed, state: killed },
      });
    }
  });

  it('names what it named, for machines too', () => {
    const subject = '{"plan":"0123456789ab","symbols":["TYPO"]}';
    const of = (text: string) =>
      outcomeText(
        { name: 'exclude', symbols: ['TYPO'], reason: '' },
        { kind: 'answered', id: '9-0', entry: entryOf({ from: state('off'), to: '{}', subject: text }) },
        new Map(),
        undefined,
      );
    expect(of(subject).text).toContain('exclude accepted (plan=0123456789ab symbols=TYPO). off -> a state that cannot be read.\nNo plan has TYPO.'); // prettier-ignore
    expect(of(subject).json).toMatchObject({ plan: '0123456789ab', symbols: ['TYPO'], unknownSymbols: ['TYPO'], state: null }); // prettier-ignore
    expect(of('half').json).toMatchObject({ before: { name: 'off' }, state: null });
  });
});

describe('a refused command', () => {
  it('is explained, also with a code or a state that this program does not know', () => {
    expect(said('retry', { refusal: 'not_possible', from: state('off') }).text).toMatch(/^retry refused, not_possible: .* The rollout is off\.\n$/); // prettier-ignore
    expect(said('retry', { refusal: 'new_code', from: '{}' })).toMatchObject({
      json: { result: 'refused', refusal: 'new_code', before: null },
      text: 'retry refused, new_code: no meaning is known for this code. The rollout is a state that cannot be read.\n',
      exitCode: 1,
    });
  });
});

describe('a command that is not applied', () => {
  const notWritten = { kind: 'not_written', error: new Error('OOM no memory'), isUnsure: false } as const;

  it('says when multipliers expire if it lowers risk', () => {
    for (const name of COMMAND_NAMES) {
      const of = (expiry: { nowSec: number; leftSec: number } | undefined) =>
        outcomeText({ name, reason: '' }, notWritten, new Map(), expiry);
      const ends = lowersRisk(name)
        ? [
            'Multipliers expire at the latest 60 s after the last cycle of the rollout that could write.\n',
            'Multipliers expire at 2025-11-17 13:40:30 UTC, in 30 s, unless the rollout renews them.\n',
            'No multiplier is published.\n',
          ]
        : ['', '', ''];
      const expiries = [undefined, { nowSec: 1_763_386_800, leftSec: 30 }, { nowSec: 1_763_386_800, leftSec: 0 }];
      expect(expiries.map(of)).toEqual(
        ends.map((end, i) => ({
          json: {
            result: 'not_applied',
            why: `Redis refuses ${name}: OOM no memory`,
            publishedForSec: [null, 30, 0][i],
          },
          text: `NOT APPLIED: Redis refuses ${name}: OOM no memory.\n${end}`,
          exitCode: 1,
        })),
      );
    }
  });

  it('may be there all the same if the connection was lost, or its audit cannot be read', () => {
    const error = new Error('the connection to Redis was lost');
    const unsure = { ...notWritten, error, isUnsure: true } as const;
    const unread = { kind: 'unanswered', user: 'ben', timeoutSec: 30, error } as const;
    const of = (name: 'start' | 'hold', outcome: Parameters<typeof outcomeText>[1]) =>
      outcomeText({ name, reason: '' }, outcome, new Map(), undefined);
    expect(of('start', unsure)).toMatchObject({
      text: 'NOT CONFIRMED: start: the connection to Redis was lost. Redis may have it all the same; `rollout audit` shows it.\n',
      exitCode: 1,
      json: { result: 'not_confirmed' },
    });
    expect(of('hold', unsure).text).toMatch(/^NOT CONFIRMED: hold: .*\nMultipliers expire at the latest/);
    expect(of('hold', unread)).toMatchObject({ json: { result: 'not_confirmed' } });
    expect(of('hold', { ...unread, error: undefined })).toMatchObject({ json: { result: 'not_applied' } });
  });
});

import { describe, expect, it } from '@jest/globals';
import { anyText } from '@quantum/generators';
import fc from 'fast-check';
import { COMMAND_NAMES, commandFields, parseCommand } from './index.js';

const ID = '1763386800123-4';
const read = (fields: Record<string, string>) => parseCommand('ben', ID, Object.entries(fields).flat());

describe('a command', () => {
  it('has a time, an author and its own fields', () => {
    expect(read({ command: 'hold', reason: 'prices look odd', plan: '000000000000', other: '1' })).toEqual({
      id: ID,
      user: 'ben',
      atSec: 1763386800.123,
      name: 'hold',
      reason: 'prices look odd',
    });
  });

  it('that only lowers risk does not fail for fields that it does not need', () => {
    for (const command of ['hold', 'rollback', 'reduce_only']) {
      expect(read({ command, plan: 'x', stage: '', symbols: '[', evidence: '-', reason: 'x'.repeat(1000) })).toMatchObject({ name: command }); // prettier-ignore
    }
  });

  it('has a reason of one line, 200 characters at most, that survives UTF-8', () => {
    const reason = (text: string) => (read({ command: 'hold', reason: text }) as { reason: string }).reason;
    expect(reason('  a\r\nb\u0000\u2028c\u001b[31m ')).toBe('a b c [31m');
    expect(reason('😀'.repeat(300))).toBe('😀'.repeat(200));
    expect(reason('\ud800')).toBe('\ufffd');
  });

  it.each([
    [{ command: 'approve', plan: '0123456789ab', stage: 'half' }, 'invalid_field'],
    [{ command: 'approve', plan: '0123456789AB', stage: 'half', evidence: '1-0' }, 'invalid_field'],
    [{ command: 'submit' }, 'invalid_field'],
    [{ command: 'submit', plan_json: 'x'.repeat(1_000_001) }, 'invalid_field'],
    [{ command: 'clear', epoch: '07' }, 'invalid_field'],
    [{ command: 'clear', epoch: '' }, 'invalid_field'],
    [{ command: 'resume', seen: 'Holding' }, 'invalid_field'],
    [{ command: 'exclude', symbols: '[]' }, 'invalid_field'],
    [{ command: 'exclude', symbols: '["A",1]' }, 'invalid_field'],
    [{ command: 'exclude', symbols: '["{A}"]' }, 'invalid_field'],
    [{ command: 'Hold' }, 'unknown_command'],
    [{ reason: 'x' }, 'unknown_command'],
  ])('%j is refused: %s', (fields, refusal) => {
    expect(read(fields as Record<string, string>)).toMatchObject({ refusal });
  });

  it('is read from any fields without a crash', () => {
    const field = fc.oneof(fc.constantFrom('command', 'plan', 'epoch', 'none', 'seen', 'plan_json', 'stage', 'evidence', 'symbols', 'reason', '__proto__', ...COMMAND_NAMES), anyText()); // prettier-ignore
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.array(field), (user, id, fields) => {
        const command = parseCommand(user, id, fields);
        expect(command.name.length).toBeLessThanOrEqual(64);
        expect('refusal' in command || COMMAND_NAMES.includes(command.name)).toBe(true);
      }),
    );
  });

  it('is read as it was written', () => {
    const hash = fc.stringMatching(/^[0-9a-f]{12}$/);
    const epoch = fc.option(fc.maxSafeNat(), { nil: null });
    const stage = fc.stringMatching(/^[a-z][a-z0-9_-]{0,31}$/);
    const reason = fc.constantFrom('', 'prices look odd');
    const command = fc.oneof(
      fc.record({ name: fc.constantFrom('hold' as const, 'rollback' as const, 'reduce_only' as const, 'clear' as const), reason }),
      fc.record({ name: fc.constantFrom('start' as const, 'resume' as const, 'retry' as const), plan: hash, epoch, reason }),
      fc.record({ name: fc.constantFrom('resume' as const, 'retry' as const), epoch, seen: fc.constantFrom('holding_guard', 'rolled_back'), reason }),
      fc.record({ name: fc.constant('clear' as const), epoch, reason }),
      fc.record({ name: fc.constant('submit' as const), plan: hash, planText: fc.json(), reason }),
      fc.record({ name: fc.constant('approve' as const), plan: hash, stage, evidence: fc.constantFrom('0-0', ID), reason }),
      fc.record({ name: fc.constantFrom('start' as const, 'resume' as const, 'retry' as const, 'revoke' as const), plan: hash, reason }),
      fc.record({ name: fc.constant('exclude' as const), symbols: fc.array(fc.constantFrom('A', 'B:C', '測試'), { minLength: 1 }), reason }),
    ); // prettier-ignore
    fc.assert(
      fc.property(command, (given) => {
        expect(parseCommand('ben', ID, commandFields(given))).toEqual({ ...given, id: ID, user: 'ben', atSec: 1763386800.123 }); // prettier-ignore
      }),
    );
  });
});

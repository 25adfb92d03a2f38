import { describe, expect, it } from '@jest/globals';
import { anyText } from '@quantum/generators';
import fc from 'fast-check';
import { HASH, sha256, TEXT } from './example.test-support.js';
import {
  auditFields,
  auditHash,
  NO_ENTRY,
  parseAudit,
  parseCommand,
  subjectOf,
  verifyAudit,
  type AuditEntry,
  type RolloutCommand,
  type StoredEntry,
} from './index.js';

const text = fc.string({ maxLength: 8 });
const entry: fc.Arbitrary<AuditEntry> = fc.record({
  tsEpochSec: fc.integer({ min: 1, max: 2e9 }).map((sec) => sec + 0.25),
  actor: text, event: text, commandId: text, subject: text, reason: anyText({ maxLength: 8 }), refusal: text, from: text, to: text,
  plan: text, stage: text, guards: text, build: text,
}); // prettier-ignore

/** Entries as a rollout writes them and a reader gets them, in UTF-8. */
function chain(entries: readonly AuditEntry[], previous = NO_ENTRY): StoredEntry[] {
  return entries.map((one, i) => {
    const fields = auditFields(one, previous, sha256).map((part) => Buffer.from(part).toString());
    previous = auditHash(fields, sha256);
    return { id: `${i + 1}-0`, fields };
  });
}
const chains = (minLength: number) => fc.array(entry, { minLength, maxLength: 6 }).map((entries) => chain(entries));
const lastIdIn = (entries: readonly StoredEntry[]) => entries.at(-1)?.id ?? '0-0';
const check = (entries: readonly StoredEntry[], lastId = lastIdIn(entries)) => verifyAudit(entries, sha256, { lastId });
const place = fc.nat().map((n) => (length: number) => n % length);

describe('an audit entry', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(entry, (given) => {
        const reason = Buffer.from(given.reason).toString();
        expect(parseAudit(chain([given])[0]!.fields)).toEqual({ ...given, reason });
      }),
    );
  });

  it('says what its command named, and not the text of a plan', () => {
    const command = (fields: string[]) => parseCommand('ben', '1-0', fields) as RolloutCommand;
    const approve = command(['command', 'approve', 'plan', HASH, 'stage', 'half', 'evidence', '5-0']);
    expect(subjectOf(approve)).toBe(`{"plan":"${HASH}","stage":"half","evidence":"5-0"}`);
    expect(subjectOf(command(['command', 'exclude', 'symbols', '["A"]']))).toBe('{"symbols":["A"]}');
    expect(subjectOf(command(['command', 'submit', 'plan', HASH, 'plan_json', TEXT]))).toBe(`{"plan":"${HASH}"}`);
    expect(subjectOf(command(['command', 'hold', 'reason', 'x']))).toBe('');
    const moved: AuditEntry = {
      tsEpochSec: 1, actor: 'rollout', event: 'slew', commandId: '', reason: '', refusal: '', from: '', to: '', plan: '', stage: '', guards: '', build: '',
    }; // prettier-ignore
    expect(parseAudit(auditFields(moved, NO_ENTRY, sha256))?.subject).toBe('');
  });

  it('belongs to the chain also where a text has half a character, which UTF-8 does not keep', () => {
    const entries = chain([{ ...fc.sample(entry, 1)[0]!, reason: 'a\ud800b' }]);
    expect(parseAudit(entries[0]!.fields)?.reason).toBe('a\ufffdb');
    expect(check(entries)).toMatchObject({ ok: true });
  });

  it('of another version, or with other fields, is not read', () => {
    const [{ fields }] = chain(fc.sample(entry, 1)) as [StoredEntry];
    expect([parseAudit(fields), parseAudit(fields.with(1, '2'))]).toEqual([expect.anything(), undefined]);
    const moved = [...fields.slice(2, 4), ...fields.slice(0, 2), ...fields.slice(4)];
    expect(parseAudit(moved)).toBeUndefined();
  });

  it('is not read from anything else', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (fields) => {
        expect(parseAudit(fields)).toBeUndefined();
      }),
    );
  });
});

describe('the chain', () => {
  it('is found whole, also page by page', () => {
    fc.assert(
      fc.property(chains(0), place, (entries, at) => {
        const whole = check(entries);
        expect(whole).toMatchObject({ ok: true, count: entries.length });
        const first = verifyAudit(entries.slice(0, at(entries.length + 1)), sha256);
        const rest = first.ok && verifyAudit(entries.slice(at(entries.length + 1)), sha256, { previous: first.head });
        expect(rest && rest.ok && rest.head).toBe(whole.ok && whole.head);
      }),
    );
  });

  it('shows any change of any field of any entry', () => {
    fc.assert(
      fc.property(chains(1), place, place, fc.string(), (entries, at, field, other) => {
        const i = at(entries.length);
        const { fields } = entries[i]!;
        const k = field(fields.length);
        fc.pre(fields[k] !== other);
        const changed = entries.map((one, j) => (j === i ? { ...one, fields: fields.with(k, other) } : one));
        expect(check(changed)).toMatchObject({ ok: false });
      }),
    );
  });

  it('shows an entry that was removed, also the last', () => {
    fc.assert(
      fc.property(chains(1), place, (entries, at) => {
        const i = at(entries.length);
        expect(check(entries.filter((_, j) => j !== i), lastIdIn(entries))).toMatchObject({ ok: false }); // prettier-ignore
      }),
    );
  });

  it('shows an entry that was removed as the last, before another followed', () => {
    const [removed, ...rest] = fc.sample(entry, 3);
    const found = verifyAudit(chain(rest), sha256, { lastId: '2-0', added: 3 });
    expect(found).toEqual({ ok: false, id: '2-0', why: 'entries before it were removed: 1' });
    expect(verifyAudit(chain([removed!, ...rest]), sha256, { lastId: '3-0', added: 3 })).toMatchObject({ ok: true });
  });

  it('shows an entry that was added, or occurs twice', () => {
    fc.assert(
      fc.property(chains(1), place, place, entry, (entries, at, of, foreign) => {
        const i = at(entries.length + 1);
        for (const added of [entries[of(entries.length)]!, ...chain([foreign], sha256('other'))]) {
          expect(check(entries.toSpliced(i, 0, added))).toMatchObject({ ok: false });
        }
      }),
    );
  });

  it('shows two entries that changed places', () => {
    fc.assert(
      fc.property(chains(2), place, place, (entries, at, with_) => {
        const [i, j] = [at(entries.length), with_(entries.length)];
        fc.pre(i !== j);
        const moved = entries.with(i, entries[j]!).with(j, entries[i]!);
        expect(check(moved)).toMatchObject({ ok: false });
      }),
    );
  });

  it('says which entry, and what is wrong with it', () => {
    const entries = chain([1, 2, 3].map((tsEpochSec) => ({ ...fc.sample(entry, 1)[0]!, tsEpochSec })));
    const [first, second, third] = entries as [StoredEntry, StoredEntry, StoredEntry];
    expect(check([first, third])).toEqual({ ok: false, id: '3-0', why: expect.stringMatching(/^it does not follow/) });
    expect(check([first, second], '3-0')).toEqual({ ok: false, id: '3-0', why: 'it was removed from the end' });
    expect(check([{ id: '1-0', fields: [] }])).toEqual({ ok: false, id: '1-0', why: 'it is no entry of an audit' });
    const changed = { ...second, fields: second.fields.with(7, 'eve') };
    expect(check([first, changed, third])).toEqual({ ok: false, id: '2-0', why: 'its fields were changed' });
  });
});

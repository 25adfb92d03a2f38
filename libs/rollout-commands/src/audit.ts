import { parseJson } from '@quantum/redis-schemas';

/** One entry of the audit stream: a move, or a command and what became of it. */
export interface AuditEntry {
  /** Redis time, unix seconds. */
  readonly tsEpochSec: number;
  /** `rollout`, or the user that gave the command. */
  readonly actor: string;
  /** The move, or the command's name. */
  readonly event: string;
  /** Id of the entry of the command; empty: there was none. */
  readonly commandId: string;
  /** What the command named, by `subjectOf`; empty: nothing. */
  readonly subject?: string;
  readonly reason: string;
  /** Code of the refusal; empty: accepted. */
  readonly refusal: string;
  /** State before and after, JSON. */
  readonly from: string;
  readonly to: string;
  /** Hash of the plan, and name of the stage; empty: none. */
  readonly plan: string;
  readonly stage: string;
  /** What the guards found, JSON; empty: they were not asked. */
  readonly guards: string;
  /** Version of the program that wrote it. */
  readonly build: string;
}

type Sha256 = (text: string) => string;

/** What the first entry carries as the hash of the one before it. */
export const NO_ENTRY = '0'.repeat(64);

const VERSION = '1';
const TEXTS = ['actor', 'event', 'command_id', 'subject', 'reason', 'refusal', 'from', 'to', 'plan', 'stage', 'guards', 'build'] as const; // prettier-ignore

/** Half a character does not survive Redis, and the hash would be another. */
const whole = (text: string): string => text.replace(/\p{Surrogate}/gu, '\u{FFFD}');

/**
 * The fields of an entry, flat. `previous`: `auditHash` of the entry before, `NO_ENTRY` for the first. The last is its
 * own hash.
 */
export function auditFields(entry: AuditEntry, previous: string, sha256: Sha256): string[] {
  const { commandId, tsEpochSec, ...rest } = entry;
  const texts = { subject: '', ...rest, command_id: commandId };
  const fields = [
    'version', VERSION, 'previous', previous, 'ts_epoch', String(tsEpochSec),
    ...TEXTS.flatMap((name) => [name, whole(texts[name])]),
  ]; // prettier-ignore
  return [...fields, 'hash', hashOf(fields, sha256)];
}

const hashOf = (fields: readonly string[], sha256: Sha256): string => sha256(JSON.stringify(fields));

/** The SHA-256 of an entry as it is stored, 64 hexadecimal digits: what the next one carries as `previous`. */
export const auditHash = (fields: readonly string[], sha256: Sha256): string =>
  hashOf(fields.at(-2) === 'hash' ? fields.slice(0, -2) : fields, sha256);

/** Reads an entry; undefined if it has not the fields of one. Whether it belongs to the chain: `verifyAudit`. */
export function parseAudit(fields: readonly string[]): Required<AuditEntry> | undefined {
  const names = fields.filter((_, i) => i % 2 === 0);
  const value = (name: string): string => fields[2 * names.indexOf(name) + 1] ?? '';
  const tsEpochSec: unknown = parseJson(value('ts_epoch'));
  if (!['version', 'previous', 'ts_epoch', ...TEXTS, 'hash'].every((name, i) => names[i] === name)) return undefined;
  if (value('version') !== VERSION || typeof tsEpochSec !== 'number') return undefined;
  const texts = Object.fromEntries(TEXTS.map((name) => [name, value(name)])) as Record<(typeof TEXTS)[number], string>;
  const { command_id: commandId, ...rest } = texts;
  return { tsEpochSec, commandId, ...rest };
}

/** An entry of the stream. */
export interface StoredEntry {
  readonly id: string;
  readonly fields: readonly string[];
}

export type AuditCheck =
  | { readonly ok: true; readonly count: number; /** Hash of the last entry. */ readonly head: string }
  | { readonly ok: false; readonly id: string; readonly why: string };

export interface AuditOptions {
  /** Hash of the entry before the first of these. Default: no entry is before it. */
  readonly previous?: string;
  /**
   * Id of the last entry that the server has ever added, by XINFO STREAM: a chain does not show that its end was
   * removed.
   */
  readonly lastId?: string;
  /**
   * How many of these the server has ever added: an entry that was the last when it was removed leaves no gap, once
   * another follows.
   */
  readonly added?: number;
}

/** Whether entries are the chain that was written: none was changed, removed, added or moved. */
export function verifyAudit(
  entries: readonly StoredEntry[],
  sha256: Sha256,
  { previous = NO_ENTRY, lastId, added = entries.length }: AuditOptions = {},
): AuditCheck {
  let head = previous;
  for (const { id, fields } of entries) {
    if (parseAudit(fields) === undefined) return { ok: false, id, why: 'it is no entry of an audit' };
    if (fields[3] !== head) {
      return { ok: false, id, why: 'it does not follow the entry before it: one was changed, removed, added or moved' };
    }
    head = auditHash(fields, sha256);
    if (fields.at(-1) !== head) return { ok: false, id, why: 'its fields were changed' };
  }
  const end = entries.at(-1)?.id ?? '0-0';
  if (lastId !== undefined && end !== lastId) return { ok: false, id: lastId, why: 'it was removed from the end' };
  if (added !== entries.length) {
    return { ok: false, id: end, why: `entries before it were removed: ${added - entries.length}` };
  }
  return { ok: true, count: entries.length, head };
}

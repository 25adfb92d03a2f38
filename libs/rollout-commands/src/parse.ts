import { parseEpoch, parseJson } from '@quantum/redis-schemas';
import * as z from 'zod';
import { COMMAND_NAMES, NO_EPOCH, type CommandName, type RolloutCommand } from './command.js';
import type { RefusalCode } from './refusals.js';

/** An entry that is no command: why, and what it calls itself, for the audit. */
export interface RefusedEntry {
  readonly refusal: Extract<RefusalCode, 'unknown_command' | 'invalid_field'>;
  readonly name: string;
}

const MAX_REASON = 200;
const MAX_NAME = 32;
/** Longer texts of a plan are no plan. */
const MAX_PLAN_CHARS = 1_000_000;

const hash = z.string().regex(/^[0-9a-f]{12}$/);
const epoch = z
  .string()
  .transform((text) => (text === NO_EPOCH ? null : parseEpoch(text)))
  .pipe(z.number().nullable())
  .optional();
const seen = z
  .string()
  .regex(/^[a-z_]{1,32}$/)
  .optional();
const stage = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/);
const entryId = z.string().regex(/^\d{1,16}-\d{1,20}$/);
const symbols = z
  .string()
  .transform(parseJson)
  .pipe(z.array(z.string().regex(/^[^{}\p{Cc}]{1,64}$/u)).min(1).max(10_000)); // prettier-ignore

/**
 * What each command needs, and may have. All else is ignored: nothing that lowers risk fails for a field that it does
 * not need.
 */
const FIELDS = {
  submit: z.object({ planText: z.string().max(MAX_PLAN_CHARS), plan: hash.optional() }),
  approve: z.object({ plan: hash, stage, evidence: entryId }),
  revoke: z.object({ plan: hash, stage: stage.optional() }),
  start: z.object({ plan: hash, epoch }),
  hold: z.object({}),
  resume: z.object({ plan: hash.optional(), epoch, seen }),
  rollback: z.object({}),
  reduce_only: z.object({}),
  retry: z.object({ plan: hash.optional(), epoch, seen }),
  exclude: z.object({ symbols }),
  clear: z.object({ epoch }),
} satisfies Record<CommandName, z.ZodType>;

/** A text of one line, shortened, that survives UTF-8. */
const lineOf = (text: string, maxChars: number): string =>
  Array.from(text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(/\p{Surrogate}/gu, '\u{FFFD}').trim()).slice(0, maxChars).join(''); // prettier-ignore

/**
 * Reads an entry of the command stream of `user`. `fields`: flat, as Redis gives them; of a field that occurs twice the
 * last counts. Total.
 */
export function parseCommand(user: string, id: string, fields: readonly string[]): RolloutCommand | RefusedEntry {
  const given = new Map<string, string>();
  for (let i = 0; i + 1 < fields.length; i += 2) given.set(fields[i] ?? '', fields[i + 1] ?? '');
  const written = given.get('command') ?? '';
  const name = COMMAND_NAMES.find((known) => known === written);
  if (name === undefined) return { refusal: 'unknown_command', name: lineOf(written, MAX_NAME) };
  const { data } = FIELDS[name].safeParse({
    plan: given.get('plan'),
    epoch: given.get('epoch'),
    seen: given.get('seen'),
    planText: given.get('plan_json'),
    stage: given.get('stage'),
    evidence: given.get('evidence'),
    symbols: given.get('symbols'),
  });
  if (!data) return { refusal: 'invalid_field', name };
  const own = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
  return { id, user, atSec: Number(id.split('-')[0]) / 1000, name, ...own, reason: lineOf(given.get('reason') ?? '', MAX_REASON) };
} // prettier-ignore

/** The fields of an entry that `parseCommand` reads as this command, flat. */
export function commandFields(command: Omit<RolloutCommand, 'id' | 'user' | 'atSec'>): string[] {
  const { name, plan, epoch: at, seen, planText, stage: of, evidence, symbols: list, reason } = command;
  const written: [field: string, value: string | undefined][] = [
    ['command', name],
    ['plan', plan],
    ['epoch', at === undefined ? undefined : String(at ?? NO_EPOCH)],
    ['seen', seen],
    ['plan_json', planText],
    ['stage', of],
    ['evidence', evidence],
    ['symbols', list && JSON.stringify(list)],
    ['reason', reason === '' ? undefined : reason],
  ];
  return written.flatMap(([field, value]) => (value === undefined ? [] : [field, value]));
}

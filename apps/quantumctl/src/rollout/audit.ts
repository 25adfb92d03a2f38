import { sha256 } from '@quantum/policy';
import { short, utc } from '@quantum/read-model';
import { runBatch, valueOf, type Redis } from '@quantum/redis-io';
import { parseJson, ROLLOUT_AUDIT_STREAM, ROLLOUT_STATE_KEY } from '@quantum/redis-schemas';
import { NO_ENTRY, parseAudit, verifyAudit, type AuditCheck, type StoredEntry } from '@quantum/rollout-commands';
import { unitOfGuard } from '@quantum/rollout-guards';
import { parseRolloutState } from '@quantum/rollout-plan';
import * as z from 'zod';
import { columns, counted } from '../texts.js';
import { withRedis, type Env } from './operator.js';
import type { Said } from './outcome-text.js';
import { streamEnd } from './read.js';
import { subjectText } from './texts.js';

export interface AuditOptions {
  redis: string;
  count: number;
  verify: boolean;
  json: boolean;
}

const PAGE = 1000;

/** Shows the end of the audit, or checks all of it. @throws CannotConnect, BatchError, or the error of Redis */
export const auditCommand = ({ redis: url, count, verify, json }: AuditOptions, env: Env): Promise<Said> =>
  withRedis(url, env, async (redis) => {
    if (verify) {
      const check = await verifyStream(redis);
      return { text: json ? `${JSON.stringify(check)}\n` : checkText(check), exitCode: check.ok ? 0 : 1 };
    }
    const [reply] = await runBatch(redis, [['xrevrange', ROLLOUT_AUDIT_STREAM, '+', '-', 'COUNT', count]]);
    const entries = entriesOf(valueOf(reply)).reverse();
    return { text: json ? entries.map(jsonLine).join('') : auditText(entries), exitCode: 0 };
  });

const entriesOf = (reply: unknown): StoredEntry[] =>
  (reply as [id: string, fields: string[]][]).map(([id, fields]) => ({ id, fields }));

const jsonLine = ({ id, fields }: StoredEntry): string =>
  `${JSON.stringify({ id, ...(parseAudit(fields) ?? { unreadable: fields }) })}\n`;

/**
 * Checks the chain page by page, up to the entry that was the last one when it began. @throws BatchError, or the error
 * of Redis
 */
export async function verifyStream(redis: Redis): Promise<AuditCheck> {
  const { lastId, added } = await streamEnd(redis, ROLLOUT_AUDIT_STREAM);
  if (lastId === '') {
    const [state] = await runBatch(redis, [['exists', ROLLOUT_STATE_KEY]]);
    if (valueOf(state) === 1) return { ok: false, id: '0-0', why: 'it is gone, and there is a state' };
    return { ok: true, count: 0, head: NO_ENTRY };
  }
  let [from, previous, count] = ['-', NO_ENTRY, 0];
  for (;;) {
    const [reply] = await runBatch(redis, [['xrange', ROLLOUT_AUDIT_STREAM, from, lastId, 'COUNT', PAGE]]);
    const entries = entriesOf(valueOf(reply));
    const end = entries.at(-1)?.id;
    const isLast = entries.length < PAGE || end === lastId;
    const check = verifyAudit(entries, sha256, { previous, ...(isLast && { lastId, added: added - count }) });
    if (!check.ok) return check;
    count += check.count;
    if (isLast) return { ...check, count };
    [from, previous] = [`(${end ?? lastId}`, check.head];
  }
}

function checkText(check: AuditCheck): string {
  if (!check.ok) return `THE AUDIT IS NOT WHOLE at ${check.id}: ${check.why}.\n`;
  const last = check.count === 0 ? '' : `, the last with the hash ${check.head.slice(0, 12)}…`;
  return `The audit is whole: ${counted(check.count, 'entry', 'entries')}${last}\n`;
}

const GuardsSchema = z.array(
  z.looseObject({ guard: z.string(), verdict: z.string(), value: z.number().optional(), limit: z.number().optional() }),
);

/** The guards that did not pass, with their numbers. */
export function guardsText(text: string): string {
  const found = GuardsSchema.safeParse(parseJson(text)).data ?? [];
  return found
    .filter(({ verdict }) => verdict !== 'PASS')
    .map(({ guard, verdict, value, limit }) =>
      [guard, verdict, ...(value === undefined ? [] : [short(value)]), ...(limit === undefined ? [] : [`limit ${short(limit)} ${unitOfGuard(guard)}`])].join(' '),
    )
    .join(', ');
} // prettier-ignore

function auditText(entries: readonly StoredEntry[]): string {
  if (entries.length === 0) return 'The audit has no entry.\n';
  const name = (text: string): string => parseRolloutState(text)?.name ?? '?';
  const rows = entries.map(({ id, fields }) => {
    const entry = parseAudit(fields);
    if (!entry) return [id, 'is no entry of an audit'];
    const { tsEpochSec, actor, event, refusal, from, to, stage, subject, reason, guards } = entry;
    const moved = name(from) === name(to) ? name(to) : `${name(from)} -> ${name(to)}`;
    const why = [refusal === '' ? '' : `refused: ${refusal}`, subjectText(subject), guardsText(guards), reason];
    return [utc(tsEpochSec), actor, event, moved, stage, why.filter((text) => text !== '').join('; ')];
  });
  return columns(['TIME', 'WHO', 'WHAT', 'STATE', 'STAGE', 'WHY'], rows);
}

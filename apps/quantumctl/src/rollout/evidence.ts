import { short, utc } from '@quantum/read-model';
import { runBatch, valueOf } from '@quantum/redis-io';
import { fieldsOf, parseNumber, STREAMS } from '@quantum/redis-schemas';
import { EVIDENCE_TESTS } from '@quantum/rollout-guards';
import { columns } from '../texts.js';
import { withRedis, type Env } from './operator.js';
import type { Said } from './outcome-text.js';

export interface EvidenceOptions {
  redis: string;
  count: number;
  json: boolean;
}

/** Shows the end of the evidence. @throws CannotConnect, BatchError, or the error of Redis */
export const evidenceCommand = ({ redis: url, count, json }: EvidenceOptions, env: Env): Promise<Said> =>
  withRedis(url, env, async (redis) => {
    const [reply] = await runBatch(redis, [['xrevrange', STREAMS.rolloutEvidence, '+', '-', 'COUNT', count]]);
    const entries = (valueOf(reply) as [id: string, fields: string[]][]).reverse();
    const rows = entries.map(([id, fields]) => ({ id, ...fieldsOf(fields) }));
    if (json) return { text: rows.map((row) => `${JSON.stringify(row)}\n`).join(''), exitCode: 0 };
    return { text: rows.length === 0 ? 'There is no evidence yet.\n' : evidenceText(rows), exitCode: 0 };
  });

/** Fields as they are; an hour has e-values, a period has symbols, a decision no start but the time of its id. */
function evidenceText(rows: readonly Readonly<Record<string, string>>[]): string {
  const number = (text: string | undefined): string => {
    const value = parseNumber(text ?? null);
    return value === undefined ? '-' : short(value);
  };
  return columns(
    ['START', 'WHAT', 'PLAN', 'ADVANTAGE BPS', 'SYMBOLS', ...EVIDENCE_TESTS.map((test) => `E ${test}`), 'ID'],
    rows.map((row) => [
      utc(parseNumber(row['start'] ?? null) ?? Number.parseInt(row['id'] ?? '', 10) / 1000),
      row['kind'] ?? '?',
      row['plan'] ?? '?',
      number(row['advantage_bps']),
      number(row['symbols']),
      ...EVIDENCE_TESTS.map((test) => number(row[`e_${test}`])),
      row['id'] ?? '',
    ]),
  );
}

import { runBatch, timeMsOf, valueOf, type Redis } from '@quantum/redis-io';
import { fieldsOf, ROLLOUT_AUDIT_STREAM, ROLLOUT_STATE_KEY, rolloutCommandStream, rolloutMultiplierKey, rolloutPlanKey, STREAMS } from '@quantum/redis-schemas'; // prettier-ignore
import { parsePlan } from '@quantum/rollout-plan';
import { isOperatorName } from '../operator.js';
import { streamEnd } from '../read.js';
import { headLine, type RecordLine } from './line.js';

/** An entry of the evidence has up to a megabyte, with thousands of symbols. */
const PAGE = 20;
const BATCH = 500;

/**
 * All that a rollout has left in Redis, up to what is there when it begins: audit, evidence, the commands of those whom
 * the audit names, the plans that both name, and the multipliers that are published now.
 * @throws BatchError, or the error of Redis
 */
export async function* linesOfRedis(redis: Redis): AsyncGenerator<RecordLine> {
  const [time, state] = await runBatch(redis, [['time'], ['exists', ROLLOUT_STATE_KEY]]);
  const hasState = valueOf(state) === 1;
  const { lastId: lastAudit, added } = await streamEnd(redis, ROLLOUT_AUDIT_STREAM);
  yield headLine({ atSec: (timeMsOf(time) ?? NaN) / 1000, lastAudit, added, hasState });
  const [users, hashes] = [new Set<string>(), new Set<string>()];
  for await (const entry of pagesOf(redis, ROLLOUT_AUDIT_STREAM, lastAudit)) {
    const { actor = '', plan = '' } = fieldsOf(entry.fields);
    if (isOperatorName(actor) && actor !== 'rollout') users.add(actor);
    hashes.add(plan);
    yield { kind: 'audit', ...entry };
  }
  for await (const entry of pagesOf(redis, STREAMS.rolloutEvidence)) {
    hashes.add(fieldsOf(entry.fields)['plan'] ?? '');
    yield { kind: 'evidence', ...entry };
  }
  for (const user of users) {
    for await (const entry of pagesOf(redis, rolloutCommandStream(user))) yield { kind: 'command', user, ...entry };
  }
  const symbols = new Set<string>();
  for (const hash of hashes) {
    if (!/^[0-9a-f]{12}$/.test(hash)) continue;
    const [reply] = await runBatch(redis, [['get', rolloutPlanKey(hash)]]);
    const text = valueOf(reply) as string | null;
    if (text === null) continue;
    const { plan } = parsePlan(text, () => true);
    for (const symbol of Object.values(plan?.cohorts ?? {}).flat()) symbols.add(symbol);
    yield { kind: 'plan', hash, text };
  }
  yield* multipliersOf(redis, [...symbols]);
  yield { kind: 'end' };
}

interface Entry {
  id: string;
  fields: string[];
}

/** The entries of a stream up to an id, by default up to the end that it has now. */
async function* pagesOf(redis: Redis, stream: string, end?: string): AsyncGenerator<Entry> {
  const { lastId } = end === undefined ? await streamEnd(redis, stream) : { lastId: end };
  let from = '-';
  while (lastId !== '') {
    const [reply] = await runBatch(redis, [['xrange', stream, from, lastId, 'COUNT', PAGE]]);
    const page = valueOf(reply) as [id: string, fields: string[]][];
    for (const [id, fields] of page) yield { id, fields };
    if (page.length < PAGE) return;
    from = `(${page.at(-1)?.[0] ?? lastId}`;
  }
}

async function* multipliersOf(redis: Redis, symbols: readonly string[]): AsyncGenerator<RecordLine> {
  for (let i = 0; i < symbols.length; i += BATCH) {
    const some = symbols.slice(i, i + BATCH);
    const replies = await runBatch(redis, some.map((symbol) => ['hmget', rolloutMultiplierKey(symbol), ...MULTIPLIER_NAMES] as const)); // prettier-ignore
    for (const [at, symbol] of some.entries()) {
      const values = valueOf(replies[at]) as (string | null)[];
      if (values.every((value) => value === null)) continue;
      yield { kind: 'multiplier', symbol, fields: values.flatMap((value, j) => (value === null ? [] : [MULTIPLIER_NAMES[j] ?? '', value])) }; // prettier-ignore
    }
  }
}

/** What of a multiplier says how it was computed. An operator may not use HGETALL. */
const MULTIPLIER_NAMES = ['multiplier', 'proposed_multiplier', 'blend', 'direction', 'plan', 'stage', 'policy', 'epoch', 'ts_epoch', 'expires_at', 'reason']; // prettier-ignore

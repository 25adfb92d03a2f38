import type { Redis } from '@quantum/redis-io';
import { sha256 } from '@quantum/policy';
import { rolloutMultiplierKey, STREAMS, targetKey } from '@quantum/redis-schemas';
import { parseAudit, verifyAudit } from '@quantum/rollout-commands';
import { replayRollout } from '@quantum/rollout-evidence';
import { lifetimeSec } from '@quantum/rollout-plan';
import { auditOf, TARGET_FIELDS_OF_MARKET, type TestPlan } from '@quantum/rollout-testbed';
import type { OffAfterSec } from './play.js';

/** What came of the demo: lines for people, and whether all is as it must be. */
interface Conclusion {
  lines: string[];
  isGood: boolean;
}

/** Measures and checks what the demo left in Redis. */
export async function conclude(
  redis: Redis,
  symbols: readonly string[],
  { epoch, expiry }: OffAfterSec,
  intervalSec: number,
  { plan, hash }: TestPlan,
): Promise<Conclusion> {
  const boundSec = intervalSec + lifetimeSec(intervalSec);
  const lastSec = Math.max(epoch, expiry);
  const left = await redis.exists(...symbols.map(rolloutMultiplierKey));
  const entries = await auditOf(redis);
  const audit = verifyAudit(entries, sha256);
  const stored = await redis.xrange(STREAMS.rolloutEvidence, '-', '+');
  const { evidence, verified } = replayRollout(
    entries.flatMap(({ id, fields }) => { const entry = parseAudit(fields); return entry ? [{ id, ...entry }] : []; }),
    stored.map(([id, fields]) => ({ id, fields })),
    (of) => (of === hash ? plan : undefined),
  ); // prettier-ignore
  const targets = await Promise.all(symbols.map((symbol) => redis.hkeys(targetKey(symbol))));
  const foreign = targets.flat().filter((field) => !TARGET_FIELDS_OF_MARKET.has(field));
  const wrong = evidence.differences.length + evidence.unreadable.length;
  const rows: [string, string, boolean][] = [
    ['breach to last reader off', `${lastSec.toFixed(2)} s (guaranteed: ${intervalSec} s of a cycle + ${boundSec - intervalSec} s of life)`, lastSec <= boundSec],
    ['multipliers left', String(left), left === 0],
    ['audit', audit.ok ? `${audit.count} entries, the chain holds` : `broken at ${audit.id}: ${audit.why}`, audit.ok],
    ['verdicts and transitions', `${verified} of ${entries.length} replayed to the byte`, verified === entries.length],
    ['evidence', `${evidence.periods} periods and ${evidence.hours} hours, ${wrong === 0 ? 'replayed to the bit' : `${wrong} differ`}`, wrong === 0],
    ['live targets', foreign.length === 0 ? 'as P2.9 wrote them' : `with other fields: ${foreign.join(', ')}`, foreign.length === 0],
  ]; // prettier-ignore
  return {
    lines: rows.map(([name, text, isGood]) => `${isGood ? 'ok  ' : 'BAD '} ${name.padEnd(26)} ${text}`),
    isGood: rows.every(([, , isGood]) => isGood),
  };
}

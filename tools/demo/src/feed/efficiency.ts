import { efficiencyKey } from '@quantum/redis-schemas';
import type { Incident } from './incidents.js';
import { confidenceOf } from './score.js';
import { FEED_SOURCE, type Write } from './writes.js';

const TTL_SEC = 600;
/** Simulated age of a stale score: beyond the 600 s that both services allow by default. */
const STALE_AGE_SEC = 700;
/** Added age of the inputs while confidence is low: 0.57 at best, below the minimum of 0.65. */
const LATE_INPUT_MINUTES = 15;

export interface Efficiency {
  symbol: string;
  /** 0..1 */
  score: number;
  inputAgeMinutes: number;
  nowSec: number;
  incident: Incident | undefined;
  /** Whether the key may hold another type: before the first tick, and after such an incident. */
  replace: boolean;
}

/** P3.1's writes for a symbol, or the result of an incident. */
export function efficiencyWrite(efficiency: Efficiency): Write {
  const { symbol, score, inputAgeMinutes, nowSec, incident, replace } = efficiency;
  const key = efficiencyKey(symbol);
  if (incident?.kind === 'outage') return { kind: 'delete', key };
  if (incident?.kind === 'wrong_type') return { kind: 'string', key, value: score.toFixed(4), ttlSec: TTL_SEC };
  const lateMinutes = incident?.kind === 'low_confidence' ? LATE_INPUT_MINUTES : 0;
  const fields = {
    efficiency_score: incident?.kind === 'malformed_score' ? 'n/a' : score.toFixed(6),
    confidence: confidenceOf(inputAgeMinutes + lateMinutes).toFixed(4),
    ts: timestamp(nowSec, incident),
    mode: 'shadow',
    source: FEED_SOURCE,
  };
  return { kind: 'hash', key, fields, ttlSec: TTL_SEC, replace };
}

function timestamp(nowSec: number, incident: Incident | undefined): string {
  if (incident?.kind === 'stale') return (incident.sinceSec - STALE_AGE_SEC).toFixed(3);
  if (incident?.kind === 'millisecond_time') return String(Math.round(nowSec * 1000));
  return nowSec.toFixed(3);
}

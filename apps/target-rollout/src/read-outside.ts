import type { OutsideState } from '@quantum/rollout-guards';
import type { Reply } from '@quantum/redis-io';
import { entryIdMs, isKillOn, parseNumber, parseViolation, fieldsOf } from '@quantum/redis-schemas';

/** Age from which on a violation of a budget no longer counts, seconds: as the governor judges it. */
export const VIOLATION_AGE_SEC = 30;
/** How far a violation's time may be ahead of Redis' clock, seconds. */
const MAX_AHEAD_SEC = 60;

/** Fields of `quantum:state:portfolio`, in the order of the HMGET. */
export const PORTFOLIO_FIELDS = ['equity_usd', 'equity', 'ts_epoch', 'timestamp', 'net_flows_usd'] as const;

/** The state of a key by its reply. An error of the key itself is `unreadable`; without an answer it is undefined. */
const stateOf = (reply: Reply | undefined, isOn: (value: unknown) => boolean): OutsideState => {
  if (reply?.ok) return isOn(reply.value) ? 'on' : 'off';
  return reply?.kind === 'key' ? 'unreadable' : 'no_answer';
};

const RANK: readonly OutsideState[] = ['off', 'invalid', 'no_answer', 'unreadable', 'on'];
const worstOf = (states: readonly OutsideState[]): OutsideState =>
  states.reduce((worst, each) => (RANK.indexOf(each) > RANK.indexOf(worst) ? each : worst), 'off');

/** Either switch is on: on. Else one that cannot be read may be on. */
export const killSwitchOf = (replies: readonly (Reply | undefined)[]): OutsideState =>
  worstOf(replies.map((reply) => stateOf(reply, (value) => isKillOn(value as string | null))));

export const latchOf = (reply: Reply | undefined): OutsideState => stateOf(reply, (value) => value !== 0);

/** Violations that a cycle reads at most, the latest. */
export const MAX_VIOLATIONS = 1000;

/**
 * Whether a symbol of the cohort was reported over its budget lately. An entry that does not say that or of whom is
 * `invalid`, as are more entries than are read. `reply`: of XREVRANGE.
 */
export function violationOf(reply: Reply | undefined, cohort: ReadonlySet<string>, nowSec: number): OutsideState {
  if (!reply?.ok) return stateOf(reply, () => false);
  const entries = reply.value as [id: string, flat: string[]][];
  const [oldest = ''] = entries.at(-1) ?? [];
  const isCut = entries.length >= MAX_VIOLATIONS && nowSec - entryIdMs(oldest) / 1000 < VIOLATION_AGE_SEC;
  return worstOf([isCut ? 'invalid' : 'off', ...entries.map(([id, flat]) => entryState(id, flat, cohort, nowSec))]);
}

function entryState(id: string, flat: string[], cohort: ReadonlySet<string>, nowSec: number): OutsideState {
  const found = parseViolation(fieldsOf(flat)['json']);
  if (found === 'none') return 'off';
  const isValid = found !== 'invalid';
  if (isValid && !cohort.has(found.symbol)) return 'off';
  const ageSec = nowSec - (isValid ? found.tsSec : entryIdMs(id) / 1000);
  if (ageSec >= VIOLATION_AGE_SEC || ageSec < -MAX_AHEAD_SEC) return 'off';
  return isValid ? 'on' : 'invalid';
}

/** The value of the book, and deposits minus withdrawals so far, USD; undefined: not published. */
export interface BookValue {
  equityUsd: number;
  netFlowsUsd: number | undefined;
}

/** Undefined where it is not published, has no usable time or flows, or is not fresh. */
export function bookValueOf(reply: Reply | undefined, nowSec: number): BookValue | undefined {
  if (!reply?.ok) return undefined;
  const [usd = null, other = null, ts = null, timestamp = null, flows = null] = reply.value as (string | null)[];
  const atSec = parseNumber(ts) ?? parseNumber(timestamp) ?? NaN;
  const equityUsd = parseNumber(usd) ?? parseNumber(other);
  const netFlowsUsd = parseNumber(flows);
  const isFresh = Math.abs(nowSec - atSec) <= MAX_EQUITY_AGE_SEC;
  const areFlowsUnreadable = flows !== null && netFlowsUsd === undefined;
  return isFresh && equityUsd !== undefined && !areFlowsUnreadable ? { equityUsd, netFlowsUsd } : undefined;
}
const MAX_EQUITY_AGE_SEC = 300;

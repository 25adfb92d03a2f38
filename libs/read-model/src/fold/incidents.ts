import { fieldsOf, parseNumber, parseOperatorAudit } from '@quantum/redis-schemas';
import { parseAudit, REFUSAL_TEXT } from '@quantum/rollout-commands';
import { unitOfGuard } from '@quantum/rollout-guards';
import type { Entry } from '../readings.js';
import type { DecisionRow } from '../snapshot/decisions.js';
import { MAX_INCIDENTS, type IncidentKind, type IncidentRow, type SwitchRow } from '../snapshot/snapshot.js';
import type { RedisFacts } from '../snapshot/services.js';
import { short, utc } from '../words/format.js';
import { findingsOf } from './findings.js';

type Fields = Readonly<Record<string, string>>;

/** The incidents with new ones, newest first. */
export function withIncidents(before: readonly IncidentRow[], added: readonly IncidentRow[]): readonly IncidentRow[] {
  if (added.length === 0) return before;
  const newestFirst = [...added].sort((a, b) => b.atSec - a.atSec || (a.id < b.id ? 1 : -1));
  return [...newestFirst, ...before].slice(0, MAX_INCIDENTS);
}

const textOf = (text: string | undefined): string => (text ?? '').slice(0, 128);
const reasonIn = (texts: Readonly<Record<string, string>>, code: string): string =>
  Object.hasOwn(texts, code) ? `${code}: ${texts[code] ?? ''}` : short(code);

/** What an event of the governor says, where it is an incident. */
export function eventIncident({ id, fields }: Entry, atSec: number): IncidentRow | undefined {
  const event: Fields = fieldsOf(fields);
  const [symbol, planId, reason] = [textOf(event['symbol']), textOf(event['plan_id']), textOf(event['reason'])];
  const row = (kind: IncidentKind, words: string): IncidentRow => ({ id: `events ${id}`, atSec, kind, symbol, planId, words });
  switch (textOf(event['event'])) {
    case 'DEAD_LETTER':
      return row('dead_letter', `An entry was dead-lettered: ${short(reason)}.`);
    case 'AUTO_DISARM':
      return row('disarm', `A breach of ${short(reason)} disarmed opens.`);
    case 'PLANS_LOST':
      return row('plans_lost', `${short(parseNumber(event['count']))} plans were trimmed or deleted before they were processed.`);
    default:
      return undefined;
  }
} // prettier-ignore

/** A plan that another governor permitted: two governors decide. */
export const foreignIncident = ({ planId, symbol, decidedSec, entryId }: DecisionRow): IncidentRow => ({
  id: `foreign ${entryId} ${planId}`,
  atSec: decidedSec,
  kind: 'foreign_permit',
  symbol,
  planId,
  words: 'Another governor had permitted the plan.',
});

const plain = (id: string, atSec: number, kind: IncidentKind, words: string): IncidentRow => ({
  id,
  atSec,
  kind,
  symbol: '',
  planId: '',
  words,
});

/** Switches that are in another state than before. One that was not known before is no incident. */
export function switchIncidents(before: readonly SwitchRow[], after: readonly SwitchRow[], nowSec: number): IncidentRow[] {
  return after.flatMap(({ key, state, value }) => {
    const earlier = before.find((one) => one.key === key);
    if (!earlier || earlier.state === state) return [];
    const kind = key.includes(':disarm:') ? 'disarm' : 'kill_switch';
    const shown = value === '' ? '' : ` (${JSON.stringify(value)})`;
    return [plain(`switch ${key} ${String(nowSec)}`, nowSec, kind, `${key} turned ${state}${shown}.`)];
  });
} // prettier-ignore

/** An outage of Redis, when it is over. */
export function outageIncident(before: RedisFacts, after: RedisFacts, nowSec: number): IncidentRow | undefined {
  const { awaySinceSec } = before;
  if (awaySinceSec === null || after.awaySinceSec !== null) return undefined;
  const words = `Redis did not answer from ${utc(awaySinceSec)} to ${utc(nowSec)}: ${before.why}`;
  return plain(`redis ${String(awaySinceSec)}`, nowSec, 'redis', words);
}

/** Moves of a rollout by itself, but for its daily steps, and commands of operators. */
const STEPS: ReadonlySet<string> = new Set(['slew', 'advance', 'harm_anew', 'takeover']);

/** What an entry of the rollout's audit says, where it is an incident. */
export function rolloutIncident({ id, fields }: Entry): IncidentRow | undefined {
  const entry = parseAudit(fields);
  if (!entry || STEPS.has(entry.event)) return undefined;
  const { actor, event, refusal, reason, guards, tsEpochSec } = entry;
  const found = findingsOf(guards)?.filter(({ demand }) => demand !== 'none').map(({ guard, value, limit }) => `${guard} (${short(value)}, limit ${short(limit)} ${unitOfGuard(guard)})`) ?? [];
  // The reason of a move by guards names them once more.
  const isNamed = reason === '' || (actor === 'rollout' && found.length > 0);
  const why = [...found, ...(isNamed ? [] : [short(reason)])].join(', ');
  const outcome = refusal === '' ? '' : `, refused, ${reasonIn(REFUSAL_TEXT, refusal)}`;
  return plain(`rollout ${id}`, tsEpochSec, 'rollout', `${short(event)} by ${short(actor)}${outcome}${why === '' ? '' : `: ${why}`}.`.slice(0, 500));
} // prettier-ignore

/** What an operator did to a switch by `quantumctl`. */
export function operatorIncident(user: string, { id, fields }: Entry): IncidentRow | undefined {
  const entry = parseOperatorAudit(fields);
  if (!entry) return undefined;
  const { action, after, before, reason, tsEpochSec } = entry;
  const moved = `${before === '' ? 'absent' : textOf(before)} to ${after === '' ? 'absent' : textOf(after)}`;
  const why = reason === '' ? '' : `: ${reason.slice(0, 200)}`;
  return plain(`operator ${user.slice(0, 128)} ${id}`, tsEpochSec, 'operator', `${textOf(action)} by ${textOf(user)}, from ${moved}${why}`);
} // prettier-ignore

/** Parameters that have begun to decide. */
export const policyIncident = (hash: string, what: string, atSec: number): IncidentRow =>
  plain(`policy ${hash} ${String(atSec)}`, atSec, 'policy', `${what} are decided by ${hash} from now on.`);

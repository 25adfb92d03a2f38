import {
  blockKey,
  breachesKey,
  budgetKey,
  dailyKey,
  decidedKey,
  disarmKey,
  efficiencyKey,
  fenceKey,
  GOVERNOR_LIMITS_KEY,
  HALT_KEY,
  inFlightKey,
  KILL_KEY,
  LAST_CYCLE_KEY,
  lastExecKey,
  leaseKey,
  lostPlansKey,
  membersKey,
  permitKey,
  POLICY_PARAMETERS_KEY,
  positionKey,
  proposedKey,
  publishedKey,
  shardCycleKey,
  STREAMS,
  targetKey,
  windowKey,
} from './keys.js';

/** One line of the documented list of keys. */
export interface KeyRow {
  key: string;
  type: 'string' | 'hash' | 'sorted set' | 'stream';
  /** How long it lives, as text. */
  lifetime: string;
  writer: string;
  readers: string;
  holds: string;
}

const row = (
  key: string,
  type: KeyRow['type'],
  lifetime: string,
  writer: string,
  readers: string,
  holds: string,
): KeyRow => ({ key, type, lifetime, writer, readers, holds });

const S = '{symbol}';
const P = '{plan_id}';
const SHARD = '{shard}';

/** Every key and stream that the services touch; the tables in docs/ are generated from this list. */
export const KEY_TABLE: readonly KeyRow[] = [
  row(targetKey(S), 'hash', '300 s', 'P2.9', 'allocation-target, governor-plugin', 'live target, never written by us'),
  row(efficiencyKey(S), 'hash', '600 s', 'P3.1', 'allocation-target, governor-plugin', 'score, confidence, ts'),
  row(STREAMS.allocationDecision, 'stream', '-', 'P2.9', 'allocation-target', 'one entry per target written'),
  row(proposedKey(S), 'hash', '`PROPOSE_KEY_TTL`', 'allocation-target', 'P2.9, dashboards', 'shadow proposal'),
  row(STREAMS.proposed, 'stream', '`PROPOSE_STREAM_MAXLEN`', 'allocation-target', 'P2.9, replay', 'every proposal'),
  row(LAST_CYCLE_KEY, 'hash', 'kept', 'allocation-target', 'P2.9, dashboards', 'summary of the last whole cycle'),
  row(
    shardCycleKey(SHARD),
    'hash',
    'kept',
    'allocation-target',
    'dashboards',
    'the same of one shard, where `PROPOSER_SHARDS` > 1 (literal braces but the last)',
  ),
  row(
    leaseKey(STREAMS.proposed, SHARD),
    'string',
    '2..30 s, renewed',
    'allocation-target',
    'allocation-target, operators',
    'who publishes the shard, `<count>:<process>` (literal braces but the last)',
  ),
  row(
    publishedKey(STREAMS.proposed, SHARD),
    'string',
    '`PROPOSE_KEY_TTL`',
    'allocation-target',
    'allocation-target',
    'last cycle published of the shard, `<ts_epoch>:<process>` (literal braces but the last)',
  ),
  row(
    fenceKey(STREAMS.proposed),
    'string',
    'kept',
    'allocation-target',
    'allocation-target',
    'leases given so far (literal braces)',
  ),
  row(
    membersKey(STREAMS.proposed),
    'sorted set',
    'of its members: 2..30 s, renewed',
    'allocation-target',
    'allocation-target, operators',
    'processes of the proposer that live, `<shards>:<process>` (literal braces)',
  ),
  row(
    STREAMS.plans,
    'stream',
    '~10000 entries',
    'Intent Bridge, Apply Layer, exit services',
    'governor-plugin (group `governor`, to annotate `governor-annotate`)',
    'execution plans',
  ),
  row(KILL_KEY, 'string', '-', 'operators', 'governor-plugin, Apply Layer', 'kill switch'),
  row(HALT_KEY, 'string', '-', 'lockdown guard, operators', 'governor-plugin, Apply Layer', 'a second kill switch'),
  row(budgetKey(S), 'hash', '300 s', 'P2.8', 'governor-plugin', 'budget and mode'),
  row(STREAMS.budgetViolation, 'stream', '-', 'P2.8', 'governor-plugin', 'budget violations, field `json`'),
  row(positionKey(S), 'hash', '-', 'P3.3', 'governor-plugin, shadow-report (the sign)', 'signed amount and mark price'),
  row(permitKey(P), 'string', '60 s', 'governor-plugin', 'Apply Layer, which deletes it', 'single-use permit, JSON'),
  row(blockKey(P), 'string', '3600 s', 'governor-plugin', 'Apply Layer, operators', 'refusal record, JSON'),
  row(
    decidedKey(P),
    'string',
    '`GOV_DECISION_TTL_SEC`',
    'governor-plugin',
    'governor-plugin, replay',
    'decision record, JSON (literal braces)',
  ),
  row(
    windowKey(S),
    'sorted set',
    '2 h or a little more after the last',
    'governor-plugin',
    'governor-plugin',
    'plan ids by time of permit, those that count (literal braces)',
  ),
  row(
    dailyKey(S),
    'hash',
    '48 h from the first of the day',
    'governor-plugin',
    'governor-plugin',
    'permitted notional of the UTC day, of plans that count (literal braces)',
  ),
  row(
    inFlightKey(S),
    'hash',
    '48 h after the last reservation',
    'governor-plugin',
    'governor-plugin',
    'signed USD and time of plans by id: reservations that are not settled (marked `?`), and opens of the last 120 s while P2.9 enforces a target; the field `{}` only keeps the key (literal braces)',
  ),
  row(
    lastExecKey(S),
    'string',
    '3600 s',
    'governor-plugin, others',
    'governor-plugin, others',
    'unix time of the last permit',
  ),
  row(
    disarmKey('{date}'),
    'string',
    'to the end of its UTC day and at least `GOV_DISARM_MIN_SEC`, unless cleared',
    'governor-plugin, operators',
    'governor-plugin',
    'disarm latch of the UTC day',
  ),
  row(
    breachesKey('{date}'),
    'sorted set',
    '48 h after the last',
    'governor-plugin',
    'governor-plugin',
    'plans whose breach has set the latch once (literal braces but the innermost)',
  ),
  row(
    lostPlansKey(STREAMS.plans),
    'hash',
    'kept',
    'governor-plugin',
    'operators',
    'plans lost from the stream: `total`, and of the last time `last_count`, `last_from`, `last_to` (literal braces)',
  ),
  row(GOVERNOR_LIMITS_KEY, 'hash', 'kept', 'governor-plugin', 'operators, replay', 'what `limits` in records means'),
  row(
    STREAMS.events,
    'stream',
    '~10000 entries',
    'governor-plugin',
    'operators, dashboards',
    'refusals, disarms, dead letters, lost plans',
  ),
  row(
    STREAMS.deadletter,
    'stream',
    '~10000 entries',
    'governor-plugin',
    'operators',
    'entries that no one could serve, with the error',
  ),
  row(
    POLICY_PARAMETERS_KEY,
    'hash',
    'kept',
    'allocation-target, governor-plugin',
    'operators, replay',
    'every policy that was in force: what its hash, the `policy` of proposals and permits, stands for',
  ),
];

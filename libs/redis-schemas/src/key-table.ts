import {
  attributionKey,
  blockKey,
  brainFenceKey,
  brainLeaseKey,
  brainMembersKey,
  brainPublishedKey,
  brainStateKey,
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
  operatorAuditStream,
  permitKey,
  POLICY_PARAMETERS_KEY,
  PORTFOLIO_KEY,
  positionKey,
  proposedKey,
  publishedKey,
  ROLLOUT_AUDIT_STREAM,
  ROLLOUT_EPOCH_KEY,
  ROLLOUT_FENCE_KEY,
  ROLLOUT_LEASE_KEY,
  ROLLOUT_MEMBERS_KEY,
  ROLLOUT_PERIOD_KEY,
  ROLLOUT_PUBLISHED_KEY,
  ROLLOUT_STATE_KEY,
  rolloutCommandStream,
  rolloutPlanKey,
  rolloutMultiplierKey,
  shardCycleKey,
  STREAMS,
  targetKey,
  tickerKey,
  windowKey,
} from './keys.js';

/** One line of the documented list of keys. */
export interface KeyRow {
  key: string;
  type: 'string' | 'hash' | 'sorted set' | 'stream';
  /** Lifetime, as text. */
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

// The programs that write and read keys, by their folders in apps/. By hand: the registry imports this library. The
// tests of libs/service-config compare these names with it.
const PROPOSER = 'allocation-target';
const GOVERNOR = 'governor-plugin';
const ANNOTATOR = 'permit-annotator';
const BRAIN = 'efficiency-brain';
const ROLLOUT = 'target-rollout';
const CONSOLE = 'console';

/** Every key and stream that the services touch; the tables in docs/ are generated from this list. */
export const KEY_TABLE: readonly KeyRow[] = [
  row(targetKey(S), 'hash', '300 s', 'P2.9', `${PROPOSER}, ${GOVERNOR}, ${BRAIN}, ${ROLLOUT}`, 'live target, never written by us'),
  row(efficiencyKey(S), 'hash', '`P31_KEY_TTL_SEC`', `P3.1, or ${BRAIN} in enforce`, `${PROPOSER}, ${GOVERNOR}, ${ANNOTATOR}, ${BRAIN} (its version)`, 'score, confidence, ts'),
  row(STREAMS.allocationDecision, 'stream', '-', 'P2.9', PROPOSER, 'one entry per target written'),
  row(proposedKey(S), 'hash', '`PROPOSE_KEY_TTL`', PROPOSER, `P2.9, ${ROLLOUT}, ${CONSOLE}, dashboards`, 'shadow proposal'),
  row(STREAMS.proposed, 'stream', '`PROPOSE_STREAM_MAXLEN`', PROPOSER, 'P2.9, replay', 'every proposal'),
  row(LAST_CYCLE_KEY, 'hash', 'kept', PROPOSER, `P2.9, ${CONSOLE}, dashboards`, 'summary of the last whole cycle'),
  row(shardCycleKey(SHARD), 'hash', 'kept', PROPOSER, `${CONSOLE}, dashboards`, 'the same for one shard, if `PROPOSER_SHARDS` > 1 (literal braces but the last)'),
  row(leaseKey(STREAMS.proposed, SHARD), 'string', '2..30 s, renewed', PROPOSER, `${PROPOSER}, operators`, 'process that publishes the shard, `<count>:<process>` (literal braces but the last)'),
  row(publishedKey(STREAMS.proposed, SHARD), 'string', '`PROPOSE_KEY_TTL`', PROPOSER, PROPOSER, 'last published cycle of the shard, `<ts_epoch>:<process>` (literal braces but the last)'),
  row(fenceKey(STREAMS.proposed), 'string', 'kept', PROPOSER, PROPOSER, 'number of leases granted (literal braces)'),
  row(membersKey(STREAMS.proposed), 'sorted set', 'per member 2..30 s, renewed', PROPOSER, `${PROPOSER}, operators`, 'live processes of the proposer, `<shards>:<process>` (literal braces)'),
  row(STREAMS.plans, 'stream', '~10000 entries', 'Intent Bridge, Apply Layer, exit services', `${GOVERNOR} (group \`governor\`), ${ANNOTATOR} (group \`governor-annotate\`)`, 'execution plans'),
  row(KILL_KEY, 'string', '-', 'operators', `${GOVERNOR}, ${ROLLOUT}, Apply Layer`, 'kill switch'),
  row(HALT_KEY, 'string', '-', 'lockdown guard, operators', `${GOVERNOR}, ${ROLLOUT}, Apply Layer`, 'a second kill switch'),
  row(budgetKey(S), 'hash', '300 s', 'P2.8', GOVERNOR, 'budget and mode'),
  row(STREAMS.budgetViolation, 'stream', '-', 'P2.8', `${GOVERNOR}, ${ROLLOUT}`, 'budget violations, field `json`'),
  row(positionKey(S), 'hash', '-', 'P3.3', `${GOVERNOR}, ${BRAIN}, ${ROLLOUT}, shadow-report (sign only)`, 'signed amount and mark price'),
  row(PORTFOLIO_KEY, 'hash', '-', 'portfolio service', ROLLOUT, 'value of the whole book, where it is published'),
  row(permitKey(P), 'string', '60 s', `${GOVERNOR}, ${ANNOTATOR} (the hint)`, 'Apply Layer, which deletes it', 'single-use permit, JSON'),
  row(blockKey(P), 'string', '3600 s', GOVERNOR, 'Apply Layer, operators', 'refusal record, JSON'),
  row(decidedKey(P), 'string', '`GOV_DECISION_TTL_SEC`', GOVERNOR, `${GOVERNOR}, replay`, 'decision record, JSON (literal braces)'),
  row(windowKey(S), 'sorted set', 'at least 2 h after the last', GOVERNOR, GOVERNOR, 'ids of counted plans by time of permit (literal braces)'),
  row(dailyKey(S), 'hash', '48 h from the first of the day', GOVERNOR, GOVERNOR, 'permitted notional of the UTC day, of counted plans (literal braces)'),
  row(inFlightKey(S), 'hash', '48 h after the last reservation', GOVERNOR, GOVERNOR, 'signed USD and time of plans by id: unsettled reservations (marked `?`), and opens of the last 120 s while P2.9 enforces a target; the field `{}` only keeps the key alive (literal braces)'),
  row(lastExecKey(S), 'string', '3600 s', `${GOVERNOR}, others`, `${GOVERNOR}, others`, 'unix time of the last permit'),
  row(disarmKey('{date}'), 'string', 'to the end of its UTC day and at least `GOV_DISARM_MIN_SEC`, unless cleared', `${GOVERNOR}, operators`, `${GOVERNOR}, ${ROLLOUT}`, 'disarm latch of the UTC day'),
  row(breachesKey('{date}'), 'sorted set', '48 h after the last', GOVERNOR, GOVERNOR, 'plans whose breach has set the latch (literal braces but the innermost)'),
  row(lostPlansKey(STREAMS.plans), 'hash', 'kept', GOVERNOR, 'operators', 'plans lost from the stream: `total`, and for the last gap `last_count`, `last_from`, `last_to`; `possibly_lost`; other fields are the governors’ account (literal braces)'),
  row(GOVERNOR_LIMITS_KEY, 'hash', 'kept', GOVERNOR, 'operators, replay', 'modes and limits behind the hash `limits` of records'),
  row(STREAMS.events, 'stream', '~10000 entries', GOVERNOR, `operators, ${CONSOLE}, dashboards`, 'refusals, disarms, dead letters, lost plans'),
  row(STREAMS.deadletter, 'stream', '~10000 entries', GOVERNOR, 'operators', 'entries that could not be processed, with the error'),
  row(POLICY_PARAMETERS_KEY, 'hash', 'kept', `${PROPOSER}, ${GOVERNOR}, ${ANNOTATOR}, ${BRAIN}`, `${ROLLOUT}, operators, replay`, 'every parameter set that was in force, by its hash: the `policy` of proposals and permits'),
  row(tickerKey(S), 'hash', '10 s', 'price feed', `${BRAIN}, ${ROLLOUT}`, 'last price, `timestamp` in ms'),
  row(attributionKey(S), 'hash', '300 s', 'P3.0', BRAIN, 'performance factor, for the score `p31_v1` alone'),
  row(STREAMS.rlRewards, 'stream', '~500 entries', 'P&L reconciler', BRAIN, 'net P&L and commission of closed trades, from fills'),
  row(STREAMS.exitbrainPnl, 'stream', '~500 entries', 'P&L reconciler, exit brain', BRAIN, 'net P&L of closed trades'),
  row(STREAMS.tradeClosed, 'stream', '~1000 entries', 'intent executor', BRAIN, 'closed trades'),
  row(STREAMS.executionResult, 'stream', '~10000 entries', 'execution service', BRAIN, 'executed orders, paper trades among them'),
  row(STREAMS.applyResult, 'stream', '~10000 entries', 'intent executor, Apply Layer', BRAIN, 'what became of each plan'),
  row(STREAMS.efficiencyDecision, 'stream', '~100,000 entries, at least twice the symbols', `${BRAIN}, or P3.1`, `replay, ${CONSOLE}, dashboards`, 'every score with its inputs'),
  row(brainStateKey(S), 'hash', 'four half-lives', BRAIN, BRAIN, 'sums behind a score, and the last closed period'),
  row(brainLeaseKey(STREAMS.efficiencyDecision, SHARD), 'string', '2..30 s, renewed', BRAIN, `${BRAIN}, operators`, 'process that scores the shard, `<count>:<process>` (literal braces but the last)'),
  row(brainPublishedKey(STREAMS.efficiencyDecision, SHARD), 'string', '`P31_KEY_TTL_SEC`', BRAIN, BRAIN, 'last published cycle of the shard, `<ts>:<process>` (literal braces but the last)'),
  row(brainFenceKey(STREAMS.efficiencyDecision), 'string', 'kept', BRAIN, BRAIN, 'number of leases granted (literal braces)'),
  row(brainMembersKey(STREAMS.efficiencyDecision), 'sorted set', 'per member 2..30 s, renewed', BRAIN, `${BRAIN}, operators`, 'live processes of the brain, `<shards>:<process>` (literal braces)'),
  row(rolloutMultiplierKey(S), 'hash', '30..60 s, until its `expires_at`', ROLLOUT, `P2.9, ${GOVERNOR}`, 'effective multiplier, with what it was computed from'),
  row(ROLLOUT_EPOCH_KEY, 'string', 'kept', `${ROLLOUT}, operators (INCR)`, `P2.9, ${GOVERNOR}`, 'epoch that a multiplier must carry to count'),
  row(ROLLOUT_STATE_KEY, 'hash', 'kept', ROLLOUT, `${ROLLOUT}, operators`, 'state, last commands read, approvals, and what guards remember (literal braces)'),
  row(ROLLOUT_PERIOD_KEY, 'hash', 'kept', ROLLOUT, ROLLOUT, 'open period of the evidence, and the sums and tests so far (literal braces)'),
  row(ROLLOUT_LEASE_KEY, 'string', '2..30 s, renewed', ROLLOUT, `${ROLLOUT}, operators`, 'process that runs the rollout, `<count>:<process>` (literal braces)'),
  row(ROLLOUT_FENCE_KEY, 'string', 'kept', ROLLOUT, ROLLOUT, 'number of leases granted (literal braces)'),
  row(ROLLOUT_MEMBERS_KEY, 'sorted set', 'per member 2..30 s, renewed', ROLLOUT, `${ROLLOUT}, operators`, 'live processes of the rollout, `1:<process>` (literal braces)'),
  row(ROLLOUT_PUBLISHED_KEY, 'string', '60 s', ROLLOUT, ROLLOUT, 'last cycle, `<seconds>:<process>` (literal braces)'),
  row(ROLLOUT_AUDIT_STREAM, 'stream', 'never trimmed', ROLLOUT, 'operators', 'every transition and every refused command; each entry carries the SHA-256 of the one before (literal braces)'),
  row(rolloutPlanKey('{hash}'), 'string', 'kept', ROLLOUT, `${ROLLOUT}, operators`, 'submitted plan, canonical JSON'),
  row(STREAMS.rolloutEvidence, 'stream', '~100,000 entries', ROLLOUT, 'replay, operators', 'closed periods and hours of the evidence, with all inputs'),
  row(rolloutCommandStream('{user}'), 'stream', '~1000 entries', 'the operator whose Redis user it names', ROLLOUT, 'commands'),
  row(operatorAuditStream('{user}'), 'stream', 'never trimmed', 'the operator whose Redis user it names', 'operators', 'what operators did to the switches, and their kills of a rollout: `ts_epoch`, `action`, `reason`, `before`, `after`'),
]; // prettier-ignore

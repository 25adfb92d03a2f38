/**
 * Every key name of the platform that this project reads or writes, declared once. `{symbol}` and `{plan_id}` are
 * placeholders. Literal braces in a key are Redis Cluster hash tags.
 */

const TARGET_PREFIX = 'quantum:allocation:target:';
const PROPOSED_MARK = 'proposed:';

/** P2.9's live target of a symbol: read, never written. */
export const targetKey = (symbol: string): string => TARGET_PREFIX + symbol;
/** The SCAN pattern of live targets. It also matches the shadow keys, which `symbolOfTargetKey` filters out. */
export const TARGET_KEY_PATTERN = `${TARGET_PREFIX}*`;
/** The shadow proposal of a symbol. */
export const proposedKey = (symbol: string): string => TARGET_PREFIX + PROPOSED_MARK + symbol;
/** P3.1's efficiency reading of a symbol. */
export const efficiencyKey = (symbol: string): string => `quantum:capital:efficiency:${symbol}`;
/** Prefix of the keys that the proposer's processes keep for each other and for their readers. */
export const PROPOSER_STATE_PREFIX = 'quantum:allocation:proposed:';
/** Summary of the last whole proposal cycle. */
export const LAST_CYCLE_KEY = `${PROPOSER_STATE_PREFIX}last_cycle`;
/** Summary of one of several shards' cycles, in the slot of the whole summary: one script can add them up. */
export const shardCycleKey = (shard: number | string): string => `${LAST_CYCLE_KEY}:{${LAST_CYCLE_KEY}}:${shard}`;

// The next four share the Cluster slot of the proposal stream: one script checks the lease and adds to the stream. (A
// stream name with a `}` but no hash tag has no such keys, and a Cluster refuses the script.)
/** The lease of a shard: the token of the process that publishes it. The TTL is the lease time. */
export const leaseKey = (stream: string, shard: number | string): string =>
  `${PROPOSER_STATE_PREFIX}lease:{${hashTagOf(stream)}}:${shard}`;
/** The last published cycle of a shard, as `<ts_epoch>:<process>`. */
export const publishedKey = (stream: string, shard: number | string): string =>
  `${PROPOSER_STATE_PREFIX}published:{${hashTagOf(stream)}}:${shard}`;
/** Counts every lease granted: the first part of its token. */
export const fenceKey = (stream: string): string => `${PROPOSER_STATE_PREFIX}fence:{${hashTagOf(stream)}}`;
/** Sorted set of the live processes, `<shards>:<process>`, by the time until which they count as alive. */
export const membersKey = (stream: string): string => `${PROPOSER_STATE_PREFIX}members:{${hashTagOf(stream)}}`;

/** Prefix of the keys that the efficiency brain's processes keep. */
export const BRAIN_PREFIX = 'quantum:brain:';
/** The brain's state of a symbol. */
export const brainStateKey = (symbol: string): string => `${BRAIN_PREFIX}state:${symbol}`;
/** The SCAN pattern of the brain's states. */
export const BRAIN_STATE_PATTERN = brainStateKey('*');

// The next four are to the brain's decision stream what the four above are to the proposal stream.
/** The lease of a shard of the brain's symbols. */
export const brainLeaseKey = (stream: string, shard: number | string): string =>
  `${BRAIN_PREFIX}lease:{${hashTagOf(stream)}}:${shard}`;
/** The last published cycle of a shard of the brain's symbols. */
export const brainPublishedKey = (stream: string, shard: number | string): string =>
  `${BRAIN_PREFIX}published:{${hashTagOf(stream)}}:${shard}`;
/** Counts every lease granted to a brain. */
export const brainFenceKey = (stream: string): string => `${BRAIN_PREFIX}fence:{${hashTagOf(stream)}}`;
/** Sorted set of the live processes of the brain. */
export const brainMembersKey = (stream: string): string => `${BRAIN_PREFIX}members:{${hashTagOf(stream)}}`;

/** The kill switch, a string that operators write. */
export const KILL_KEY = 'quantum:kill';
/** A second kill switch with the same values, which the lockdown guard sets. */
export const HALT_KEY = 'quantum:governor:halt';
/** P2.8's budget of a symbol. */
export const budgetKey = (symbol: string): string => `quantum:portfolio:budget:${symbol}`;
/** P3.3's position of a symbol. */
export const positionKey = (symbol: string): string => `quantum:state:positions:${symbol}`;

/** The value of the whole book. */
export const PORTFOLIO_KEY = 'quantum:state:portfolio';

/** The SCAN pattern of P3.3's positions. */
export const POSITION_KEY_PATTERN = positionKey('*');
/** The price feed's last price of a symbol. */
export const tickerKey = (symbol: string): string => `quantum:ticker:${symbol}`;
/** P3.0's attribution of a symbol. */
export const attributionKey = (symbol: string): string => `quantum:alpha:attribution:${symbol}`;

/** The single-use permit of a plan. */
export const permitKey = (planId: string): string => `quantum:permit:${planId}`;
/** The refusal record of a plan. */
export const blockKey = (planId: string): string => `quantum:governor:block:${planId}`;
/** The decision record of a plan. Its hash tag is the whole permit key, so that one script can set both. */
export const decidedKey = (planId: string): string => `quantum:governor:decided:{${permitKey(planId)}}`;
/** Sorted set of the symbol's granted plans by time of grant. It shares the Cluster slot of `dailyKey`. */
export const windowKey = (symbol: string): string => `quantum:governor:window:{${symbol}}`;
/** Hash of the symbol's permitted notional of the UTC day, one field per plan. */
export const dailyKey = (symbol: string): string => `quantum:governor:daily:{${symbol}}`;
/** Hash of the symbol's plans in flight: signed USD and time of reservations and young opens; `dailyKey`'s slot. */
export const inFlightKey = (symbol: string): string => `quantum:governor:inflight:{${symbol}}`;
/** Time of the symbol's last permit, kept for other readers. */
export const lastExecKey = (symbol: string): string => `quantum:governor:last_exec:${symbol}`;
/** The disarm latch of a UTC day (YYYY-MM-DD). */
export const disarmKey = (date: string): string => `quantum:governor:disarm:${date}`;
/** Sorted set of the plans whose breach set the latch of that day, so that none sets it again. */
export const breachesKey = (date: string): string => `quantum:governor:breaches:{${disarmKey(date)}}`;
/** Count of the plans that were lost from the plan stream. It shares the stream's Cluster slot. */
export const lostPlansKey = (stream: string): string => `quantum:governor:lost:{${hashTagOf(stream)}}`;
/** Hash of gate modes and limits, as canonical text, by the hash that decision records carry as `limits`. */
export const GOVERNOR_LIMITS_KEY = 'quantum:governor:limits';

/** Hash of the parameters that decide, as canonical text, by the hash that proposals and permits carry as `policy`. */
export const POLICY_PARAMETERS_KEY = 'quantum:policy:parameters';

/** The effective multiplier of a symbol, which the rollout publishes. */
export const rolloutMultiplierKey = (symbol: string): string => `quantum:rollout:multiplier:${symbol}`;
/** The epoch of the rollout: a multiplier of another epoch does not count. An integer; INCR is the kill switch. */
export const ROLLOUT_EPOCH_KEY = 'quantum:rollout:epoch';
/** A key of the slot of the epoch, so that one script changes state, epoch and audit. */
const besideEpoch = (name: string): string => `${name}:{${ROLLOUT_EPOCH_KEY}}`;
/** Hash: state of the rollout, the last commands read, approvals, and what guards remember. */
export const ROLLOUT_STATE_KEY = besideEpoch('quantum:rollout:state');
/** Hash: the open period of the evidence, and the sums and tests so far. */
export const ROLLOUT_PERIOD_KEY = besideEpoch('quantum:rollout:period');
/** Lease of the process that runs the rollout, `<count>:<process>`; its count is the fence of what it writes. */
export const ROLLOUT_LEASE_KEY = besideEpoch('quantum:rollout:lease');
/** Counts every lease granted to a rollout. */
export const ROLLOUT_FENCE_KEY = besideEpoch('quantum:rollout:fence');
/** Sorted set of the live processes of the rollout. */
export const ROLLOUT_MEMBERS_KEY = besideEpoch('quantum:rollout:members');
/** The last cycle of the rollout, as `<seconds>:<process>`. */
export const ROLLOUT_PUBLISHED_KEY = besideEpoch('quantum:rollout:published');
/** Chain of audit entries, never trimmed. */
export const ROLLOUT_AUDIT_STREAM = besideEpoch('quantum:stream:rollout.audit');
/** A submitted plan as canonical JSON, by its hash. */
export const rolloutPlanKey = (hash: string): string => `quantum:rollout:plan:${hash}`;
/** Commands of a person: who may write the key, by the server's ACL, is the author. */
export const rolloutCommandStream = (user: string): string => `quantum:stream:rollout.command:${user}`;
/** What a person did to the switches: who may write the key, by the server's ACL, is the author. Never trimmed. */
export const operatorAuditStream = (user: string): string => OPERATOR_AUDIT_PREFIX + user;
/** What the audit streams of all operators begin with: only a scan finds them. */
export const OPERATOR_AUDIT_PREFIX = 'quantum:stream:operator.audit:';

/** Streams with a fixed name. A stream that a variable can rename has its default in that variable. */
export const STREAMS = {
  allocationDecision: 'quantum:stream:allocation.decision',
  proposed: 'quantum:stream:allocation.target.proposed',
  plans: 'quantum:stream:apply.plan',
  budgetViolation: 'quantum:stream:budget.violation',
  events: 'quantum:stream:governor.events',
  deadletter: 'quantum:stream:governor.deadletter',
  efficiencyDecision: 'quantum:stream:capital.efficiency.decision',
  rlRewards: 'quantum:stream:rl_rewards',
  exitbrainPnl: 'quantum:stream:exitbrain.pnl',
  tradeClosed: 'quantum:stream:trade.closed',
  executionResult: 'quantum:stream:execution.result',
  applyResult: 'quantum:stream:apply.result',
  rolloutEvidence: 'quantum:stream:rollout.evidence',
} as const;

/** Begins the name of each consumer of ours on the plan stream: by this, replicas know each other in the group. */
export const GOVERNOR_CONSUMER_PREFIX = 'governor-plugin:';
/** The governor's consumer group on the plan stream. */
export const GOVERNOR_GROUP = 'governor';
/** The consumer group on the plan stream of governors that only annotate permits of another governor. */
export const ANNOTATE_GROUP = 'governor-annotate';
/** Our groups on the plan stream. Any other group belongs to a service that may execute plans. */
export const OUR_GROUPS: ReadonlySet<string> = new Set([GOVERNOR_GROUP, ANNOTATE_GROUP]);

/**
 * Prefix of the proof runner's symbols. Reserved: no market has such a symbol. The proposer keeps them out of every
 * budget, so that a proof on a real deployment changes no real proposal.
 */
export const PROOF_SYMBOL_PREFIX = 'PROOF_';
/** Whether a symbol belongs to the proof runner. */
export const isProofSymbol = (symbol: string): boolean => symbol.startsWith(PROOF_SYMBOL_PREFIX);

/** The meaning of a scanned key of `TARGET_KEY_PATTERN`: a symbol, a shadow key of ours, or no symbol's name. */
export type TargetKeyName = { kind: 'symbol'; symbol: string } | { kind: 'shadow' } | { kind: 'bad_name' };

/** The part of a key that Redis Cluster hashes: between the first `{` and the next `}`, else the whole key. */
function hashTagOf(key: string): string {
  const open = key.indexOf('{');
  const close = key.indexOf('}', open + 1);
  return open >= 0 && close > open + 1 ? key.slice(open + 1, close) : key;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The symbol in a key, given as the bytes that SCAN returned; undefined if the name is not UTF-8, or is not the prefix
 * and a symbol.
 */
export function symbolAfter(prefix: string, key: Uint8Array): string | undefined {
  try {
    const name = utf8.decode(key);
    return name.startsWith(prefix) && name.length > prefix.length ? name.slice(prefix.length) : undefined;
  } catch {
    return undefined;
  }
}

/** Parses the symbol from a live target's key, given as the bytes that SCAN returned. */
export function symbolOfTargetKey(key: Uint8Array): TargetKeyName {
  const symbol = symbolAfter(TARGET_PREFIX, key);
  if (symbol === undefined) return { kind: 'bad_name' };
  return symbol.startsWith(PROPOSED_MARK) ? { kind: 'shadow' } : { kind: 'symbol', symbol };
}

/** UTC date (YYYY-MM-DD) of a unix time in seconds. */
export const utcDate = (epochSec: number): string => new Date(epochSec * 1000).toISOString().slice(0, 10);

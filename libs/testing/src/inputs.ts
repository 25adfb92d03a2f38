import { budgetKey, efficiencyKey, positionKey, STREAMS, targetKey } from '@quantum/redis-schemas';
import type { AnyRedis } from './any-redis.js';

const TARGET_TTL_SEC = 300;
const EFFICIENCY_TTL_SEC = 600;
const BUDGET_TTL_SEC = 300;

/** The content of a field: a value, raw text of any kind, or undefined or null to omit the field. */
export type RawField = string | number | boolean | null | undefined;

interface Common {
  /** Unix seconds; the default of the input's own time field. */
  now: number;
  /** Further fields, by their names in Redis. */
  extra?: Record<string, RawField>;
}

export interface TargetInput extends Common {
  /** USD, default 1000. */
  targetUsd?: RawField;
  /** Default 0.9. */
  confidence?: RawField;
  timestamp?: RawField;
  /** Default shadow. */
  mode?: RawField;
}

/** Writes a target as P2.9 does, with its TTL of 300 s. */
export async function putTarget(redis: AnyRedis, symbol: string, input: TargetInput): Promise<void> {
  const defaults = { targetUsd: 1000, confidence: 0.9, timestamp: input.now, mode: 'shadow' };
  const { targetUsd, confidence, timestamp, mode, extra } = { ...defaults, ...input };
  const fields = { target_usd: targetUsd, confidence, timestamp, mode, ...extra };
  await putHash(redis, targetKey(symbol), fields, TARGET_TTL_SEC);
}

/** Announces a target on P2.9's decision stream. Resolves to the entry's id. */
export async function announceTarget(
  redis: AnyRedis,
  symbol: string,
  input: Common & { id?: string },
): Promise<string> {
  return addEntry(redis, STREAMS.allocationDecision, input, { symbol, timestamp: input.now, ...input.extra });
}

export interface EfficiencyInput extends Common {
  /** 0..1, default 0.9. */
  score?: RawField;
  /** 0..1, default 0.9. */
  confidence?: RawField;
  ts?: RawField;
}

/** Writes an efficiency reading as P3.1 does, with its TTL of 600 s. */
export async function putEfficiency(redis: AnyRedis, symbol: string, input: EfficiencyInput): Promise<void> {
  const defaults = { score: 0.9, confidence: 0.9, ts: input.now };
  const { score, confidence, ts, extra } = { ...defaults, ...input };
  const fields = { efficiency_score: score, confidence, ts, ...extra };
  await putHash(redis, efficiencyKey(symbol), fields, EFFICIENCY_TTL_SEC);
}

export interface BudgetInput extends Common {
  /** USD, default 1000. */
  budgetUsd?: RawField;
  /** Default 1. */
  stressFactor?: RawField;
  /** Default enforce. */
  mode?: RawField;
  timestamp?: RawField;
}

/** Writes a budget as P2.8 does, with its TTL of 300 s. */
export async function putBudget(redis: AnyRedis, symbol: string, input: BudgetInput): Promise<void> {
  const defaults = { budgetUsd: 1000, stressFactor: 1, mode: 'enforce', timestamp: input.now };
  const { budgetUsd, stressFactor, mode, timestamp, extra } = { ...defaults, ...input };
  const fields = { budget_usd: budgetUsd, stress_factor: stressFactor, mode, timestamp, ...extra };
  await putHash(redis, budgetKey(symbol), fields, BUDGET_TTL_SEC);
}

export interface PositionInput extends Common {
  /** Signed, in units of the asset, default 0. */
  positionAmt?: RawField;
  /** USD, default 50000. */
  markPrice?: RawField;
  tsEpoch?: RawField;
}

/** Writes a position as P3.3 does, without a TTL. */
export async function putPosition(redis: AnyRedis, symbol: string, input: PositionInput): Promise<void> {
  const defaults = { positionAmt: 0, markPrice: 50_000, tsEpoch: input.now };
  const { positionAmt, markPrice, tsEpoch, extra } = { ...defaults, ...input };
  const fields = { position_amt: positionAmt, mark_price: markPrice, ts_epoch: tsEpoch, ...extra };
  await putHash(redis, positionKey(symbol), fields);
}

export interface ViolationInput extends Common {
  /** The JSON's `over_budget`, default true. */
  overBudget?: unknown;
  /** The JSON's own time, default `now`. */
  timestamp?: unknown;
  /** The whole text of the field, instead of the JSON. */
  json?: RawField;
  /** Default: of the time `now`. */
  id?: string;
}

/** Adds a violation as P2.8 does. Resolves to the entry's id. */
export async function addViolation(redis: AnyRedis, symbol: string, input: ViolationInput): Promise<string> {
  const { overBudget, timestamp } = { overBudget: true, timestamp: input.now, ...input };
  const { json, extra } = { json: JSON.stringify({ symbol, over_budget: overBudget, timestamp }), ...input };
  return addEntry(redis, STREAMS.budgetViolation, input, { json, ...extra });
}

export interface PlanInput extends Common {
  planId: RawField;
  /** Default BTCUSDT. */
  symbol?: RawField;
  /** Default OPEN, which no gate treats as a closing action. */
  action?: RawField;
  /** Default EXECUTE. */
  decision?: RawField;
  /** 0..1, default 0.1. */
  killScore?: RawField;
  /** Default BUY. */
  side?: RawField;
  /** Default 0.01. */
  qty?: RawField;
  /** USD, default 50000: a notional of 500 USD. */
  price?: RawField;
  /** Default false. */
  reduceOnly?: RawField;
  confidence?: RawField;
  timestamp?: RawField;
  /** Default: of the time `now`, which gives the plan's age. Redis refuses an id older than the stream's last. */
  id?: string;
  /** Default quantum:stream:apply.plan. */
  stream?: string;
}

const PLAN_DEFAULTS = {
  symbol: 'BTCUSDT',
  action: 'OPEN',
  decision: 'EXECUTE',
  killScore: 0.1,
  side: 'BUY',
  qty: 0.01,
  price: 50_000,
  reduceOnly: false,
  confidence: 0.9,
};

/** Adds a plan as the Apply Layer does. With the defaults no gate refuses it. Resolves to the entry's id. */
export async function addPlan(redis: AnyRedis, input: PlanInput): Promise<string> {
  const {
    stream = STREAMS.plans,
    now,
    id,
    extra,
    planId,
    killScore,
    ...asNamed
  } = {
    ...PLAN_DEFAULTS,
    timestamp: input.now,
    ...input,
  };
  const fields = { plan_id: planId, kill_score: killScore, ...asNamed, ...extra };
  return addEntry(redis, stream, { now, id }, fields);
}

/** Replaces the hash: omitted fields are absent afterwards. */
async function putHash(redis: AnyRedis, key: string, fields: Record<string, RawField>, ttlSec?: number): Promise<void> {
  const pairs = written(fields);
  await redis.del(key);
  if (pairs.length === 0) return;
  await redis.hset(key, ...pairs);
  if (ttlSec !== undefined) await redis.expire(key, ttlSec);
}

async function addEntry(
  redis: AnyRedis,
  stream: string,
  { now, id = `${Math.round(now * 1000)}-*` }: { now: number; id?: string | undefined },
  fields: Record<string, RawField>,
): Promise<string> {
  const added = await redis.xadd(stream, id, ...written(fields));
  if (added === null) throw new Error(`${stream} took no entry`);
  return added;
}

function written(fields: Record<string, RawField>): string[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [name, String(value)],
  );
}

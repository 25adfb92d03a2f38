import { replayDecision, decideProposal, recordJson } from '@quantum/decisions';
import { gateSettings, hintStep, loadPolicy, nameLimits, proposalStep } from '@quantum/policy';
import {
  decidedKey,
  disarmKey,
  efficiencyKey,
  GOVERNOR_LIMITS_KEY,
  LAST_CYCLE_KEY,
  parseEfficiency,
  parseTarget,
  permitKey,
  POLICY_PARAMETERS_KEY,
  positionKey,
  proposalHash,
  proposalStreamEntry,
  proposedKey,
  STREAMS,
  targetKey,
  utcDate,
  windowKey,
  type DecisionRecord,
} from '@quantum/redis-schemas';
import { governorDefinition, proposerDefinition } from '@quantum/service-config';
import { loadConfig } from '@quantum/service-kit';
import { INPUTS, NEIGHBOURS, recordWith } from '@quantum/test-fixtures';
import type { Redis } from 'ioredis';

type Texts = Readonly<Record<string, string>>;

const { config: governor } = loadConfig(governorDefinition, {});
const limits = nameLimits(gateSettings(governor));
const hints = loadPolicy(undefined, hintStep(governor)).of('');
const book = loadPolicy(undefined, proposalStep(loadConfig(proposerDefinition, { P31_SCALE: '0.8' }).config));
export const POLICY = book.of('').policy;
export const LIMITS = limits.hash;

const flat = (fields: Texts): string[] => Object.entries(fields).flat();

/** A decision of the governor on a plan, with its entry and what it left. */
async function decided(redis: Redis, planId: string, nowSec: number, inputs: DecisionRecord['inputs'], fields: Texts): Promise<void> {
  const decidedSec = nowSec - 20;
  const id = await redis.xadd(STREAMS.plans, `${Math.floor(decidedSec * 1000) - 350}-*`, ...flat({ ...fields, plan_id: planId }));
  const asked = recordWith(
    { ...INPUTS, submitted_at: decidedSec - 0.35, server_time: decidedSec, eff_ts: String(nowSec - 25), ...inputs },
    { plan_id: planId, symbol: 'BTCUSDT', entry_id: id!, decided_at: decidedSec, limits: LIMITS },
  );
  const again = replayDecision(asked, { ...gateSettings(governor), applyMode: 'testnet', hint: hints.parameters });
  if (again.kind !== 'decided') throw new Error(again.kind);
  const { record } = again;
  const permit = record.permit && { ...record.permit, policy: hints.policy };
  await redis.set(decidedKey(planId), recordJson({ ...record, ...(permit && { permit }) }), 'EX', 86_400);
  if (permit) await redis.set(permitKey(planId), JSON.stringify(permit), 'EX', 40);
} // prettier-ignore

/** A proposal, as the proposer publishes it. */
async function proposed(redis: Redis, symbol: string, target: Texts, score: Texts, nowSec: number): Promise<void> {
  const read = {
    symbol,
    target: parseTarget([target['target_usd'] ?? null, target['timestamp'] ?? null, null]),
    efficiency: parseEfficiency(['efficiency_score', 'confidence', 'ts'].map((name) => score[name] ?? null)),
    smoothing: undefined,
  };
  const { proposal } = decideProposal(read, nowSec - 8, book.of(symbol));
  await redis.hset(targetKey(symbol), target);
  await redis.expire(targetKey(symbol), 300);
  await redis.hset(efficiencyKey(symbol), score);
  await redis.expire(efficiencyKey(symbol), 600);
  if (!proposal) return;
  await redis.xadd(STREAMS.proposed, '*', ...proposalStreamEntry(proposal));
  await redis.hset(proposedKey(symbol), ...proposalHash(proposal));
}

/** Platform and services at three in the morning: much is right, some is wrong. */
export async function atNight(redis: Redis, nowSec: number): Promise<void> {
  const at = (agoSec: number): string => String(Math.floor(nowSec) - agoSec);
  const target = { ...NEIGHBOURS.target, timestamp: at(12), mode: 'enforce' };
  const score = { ...NEIGHBOURS.score, ts: at(10) };
  await proposed(redis, 'BTCUSDT', target, score, Math.floor(nowSec));
  await proposed(redis, 'ETHUSDT', target, { ...score, efficiency_score: 'np.float64(0.31)' }, Math.floor(nowSec));
  await proposed(redis, 'SOLUSDT', { ...target, target_usd: '-310.50' }, score, Math.floor(nowSec));
  await redis.hset(positionKey('BTCUSDT'), { ...NEIGHBOURS.position, ts_epoch: at(4) });
  await redis.hset(LAST_CYCLE_KEY, 'ts_epoch', at(8));
  await redis.hset(POLICY_PARAMETERS_KEY, ...book.all().flatMap(({ policy, text }) => [policy, text]));
  await redis.hset(POLICY_PARAMETERS_KEY, hints.policy, loadPolicy(undefined, hintStep(governor)).all()[0]!.text);
  await redis.hset(GOVERNOR_LIMITS_KEY, limits.hash, limits.text);
  await redis.set(disarmKey(utcDate(nowSec)), '{"reason":"burst_rate","symbol":"BTCUSDT"}', 'EX', 7200);
  for (const i of [1, 2]) await redis.zadd(windowKey('BTCUSDT'), nowSec - 60 * i, `earlier-${i}`);
  await redis.xgroup('CREATE', STREAMS.plans, 'governor', '0', 'MKSTREAM');
  const { entry } = NEIGHBOURS;
  const plan = { ...entry, kill_score: '0.1', price: '500', qty: '2' };
  await decided(redis, 'plan-41', nowSec, { exec_count_hour: 2, exec_count_5min: 2 }, plan);
  await decided(redis, 'plan-42', nowSec, { eff_score: 0.2 }, plan);
  await redis.xreadgroup('GROUP', 'governor', 'governor-plugin:host-a:1:abcd', 'COUNT', 10, 'STREAMS', STREAMS.plans, '>');
  await redis.xadd(STREAMS.applyResult, '*', ...flat({ ...NEIGHBOURS.executed, plan_id: 'plan-41' }));
} // prettier-ignore

/** What is printed, without what differs from run to run. */
export const masked = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\d{13}-\d+/g, 'ID')
    .replaceAll(/\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d UTC)?/g, 'TIME')
    .replaceAll(/"\d{10}"/g, '"SEC"')
    .replaceAll(/\b\d+(\.\d+)? (s|min|h) (ago|more|old)\b/g, 'AGE')
    .replaceAll(/(Redis|Valkey) \d+\.\d+\.\d+/g, 'SERVER');

import {
  asComputed,
  budgetKey,
  efficiencyKey,
  GOVERNOR_GROUP,
  multiplierHash,
  positionKey,
  proposalStreamEntry,
  ROLLOUT_EPOCH_KEY,
  rolloutMultiplierKey,
  STREAMS,
  targetKey,
} from '@quantum/redis-schemas';
import type { RawClient } from './raw-client.js';
import { encode } from './resp.js';

/** A command in words. */
export type Words = readonly [name: string, ...args: (string | number)[]];

/** Commands per call. */
const BATCH = 20_000;

export const symbolsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `S${String(i).padStart(6, '0')}USDT`);

/** Sends many commands, some thousands at a time. */
export async function sendAll(raw: RawClient, count: number, command: (i: number) => string): Promise<void> {
  for (let from = 0; from < count; from += BATCH) {
    await raw.send(Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => command(from + i)));
  }
}

/** The proposer's inputs of a symbol: a target and an efficiency reading, with scores over the whole range. */
function targetCommands(symbols: readonly string[]): Words[] {
  const now = Math.floor(Date.now() / 1000);
  return symbols.flatMap((symbol, i): Words[] => [
    ['hset', targetKey(symbol), 'target_usd', 1000 + (i % 977) / 7, 'confidence', '0.9', 'timestamp', now, 'mode', 'shadow'],
    ['hset', efficiencyKey(symbol), 'efficiency_score', ((2 * i + 1) % 101) / 101, 'confidence', '0.83', 'ts', now, 'mode', 'shadow'],
  ]);
} // prettier-ignore

export const putTargets = (raw: RawClient, symbols: readonly string[]): Promise<void> =>
  sendEach(raw, targetCommands(symbols));

const sendEach = (raw: RawClient, commands: readonly Words[]): Promise<void> =>
  sendAll(raw, commands.length, (i) => encode(...(commands[i] ?? [])));

/** Foreign keys that no service reads. */
export const putForeign = (raw: RawClient, count: number): Promise<void> =>
  sendAll(raw, count, (i) => encode('SET', `foreign:${i}`, 'x'));

/** The governor's inputs of a symbol: every advisory gate enforced, none refusing. */
export function gateStateCommands(symbols: readonly string[]): Words[] {
  const now = Math.floor(Date.now() / 1000);
  const ofGates = symbols.flatMap((symbol): Words[] => [
    ['hset', targetKey(symbol), 'target_usd', '1000000000', 'mode', 'enforce'],
    ['hset', budgetKey(symbol), 'budget_usd', '1000', 'stress_factor', '1', 'mode', 'enforce', 'timestamp', now],
    ['hset', positionKey(symbol), 'position_amt', '0.5', 'mark_price', '50000', 'ts_epoch', now],
  ]);
  return [...targetCommands(symbols), ...ofGates];
}

export const putGateState = (raw: RawClient, symbols: readonly string[]): Promise<void> =>
  sendEach(raw, gateStateCommands(symbols));

/** What a rollout publishes of symbols, for an hour. */
export async function putMultipliers(raw: RawClient, symbols: readonly string[]): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  await raw.send([encode('SET', ROLLOUT_EPOCH_KEY, now)]);
  await sendAll(raw, symbols.length, (i) => {
    const fields = multiplierHash({
      multiplier: 0.9 + (i % 10) / 50, proposedMultiplier: 0.8 + (i % 10) / 25, blend: 0.5, direction: 'both', plan: '0123456789ab',
      stage: 'half', policy: '4bd977d42c9c', epoch: now, fence: '1:bench', tsEpochSec: now, expiresAtSec: now + 3600, reason: 'stage',
    }); // prettier-ignore
    return encode('HSET', rolloutMultiplierKey(symbols[i] ?? ''), ...fields);
  });
}

/** The fields of a proposal with numbers of full length, as the proposer adds it. */
export function proposalFields(symbol: string, baseUsd: number, score: number, nowSec: number): string[] {
  const multiplier = 0.5 + score;
  return proposalStreamEntry({
    tsEpochSec: nowSec,
    symbol,
    baseTargetUsd: baseUsd,
    proposedTargetUsd: baseUsd * multiplier,
    multiplier,
    effScore: score,
    effConfidence: 0.81,
    effTsText: String(nowSec),
    effStale: false,
    baseTsText: String(nowSec),
    reason: 'ok',
    ...asComputed(multiplier, '0123456789ab'),
  });
}

/** The fields of a plan that will be permitted, as the Apply Layer adds it. */
export const planFields = (planId: string, symbol: string): (string | number)[] => [
  'plan_id', planId, 'symbol', symbol, 'action', 'OPEN', 'decision', 'EXECUTE',
  'kill_score', '0.1', 'side', 'BUY', 'qty', '0.01', 'price', '50000', 'reduceOnly', 'false', 'confidence', '0.9',
  'timestamp', Math.floor(Date.now() / 1000),
]; // prettier-ignore

/** Adds such a plan. `id` may be `*`. */
export const planCommand = (id: string, planId: string, symbol: string, stream: string = STREAMS.plans): string =>
  encode('XADD', stream, id, ...planFields(planId, symbol));

/** A backlog of plans `p0`, `p1`, ... in the stream, of the millisecond `atMs`, and the group before them. */
export async function putBacklog(
  raw: RawClient,
  count: number,
  symbols: readonly string[],
  atMs: number,
  group: string = GOVERNOR_GROUP,
): Promise<void> {
  await raw.send([encode('XGROUP', 'CREATE', STREAMS.plans, group, 0, 'MKSTREAM')]);
  await sendAll(raw, count, (i) => planCommand(`${atMs}-${i + 1}`, `p${i}`, symbols[i % symbols.length] ?? ''));
}

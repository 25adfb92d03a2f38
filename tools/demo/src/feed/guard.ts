import {
  brainStateKey,
  efficiencyKey,
  OUR_GROUPS,
  positionKey,
  STREAMS,
  symbolOfTargetKey,
  TARGET_KEY_PATTERN,
  targetKey,
  tickerKey,
} from '@quantum/redis-schemas';
import { groupsOf, type Redis } from '@quantum/redis-io';
import { StreamCursor } from '@quantum/testbed';
import { FEED_SOURCE } from './writes.js';

const SCAN_COUNT = 1000;
const SHOWN = 3;

/**
 * Why the feed must not write into this Redis; empty if it may. Targets, scores, positions and prices of the feed's
 * symbols that others wrote mean that the real teams are present. Any other reader of plans could execute them, and any
 * other reader of executions could take them for real.
 */
export async function reasonsAgainstFeed(redis: Redis, symbols: readonly string[]): Promise<string[]> {
  const reasons: string[] = [];
  const targets = await foreignKeys(redis, await liveTargetKeys(redis));
  if (targets.length > 0) reasons.push(`P2.9 is active: live targets that the feed did not write (${some(targets)})`);
  const scores = await foreignKeys(redis, symbols.map(efficiencyKey));
  if (scores.length > 0) reasons.push(`P3.1 is active: there are scores (${some(scores)})`);
  const states = await foreignKeys(redis, symbols.map(brainStateKey));
  if (states.length > 0) reasons.push(`another brain would lose its states (${some(states)})`);
  const positions = await foreignKeys(redis, symbols.map(positionKey));
  if (positions.length > 0) reasons.push(`P3.3 is active: positions that the feed did not write (${some(positions)})`);
  const prices = await foreignKeys(redis, symbols.map(tickerKey));
  if (prices.length > 0) reasons.push(`a price feed is active: prices that this feed did not write (${some(prices)})`);
  const plans = await foreignGroups(redis, STREAMS.plans);
  if (plans.length > 0) reasons.push(`others read the plan stream and could execute plans (groups ${some(plans)})`);
  const executions = await foreignGroups(redis, STREAMS.executionResult);
  if (executions.length > 0)
    reasons.push(`others read executions and could take these for real (groups ${some(executions)})`);
  return reasons;
}

async function foreignGroups(redis: Redis, stream: string): Promise<string[]> {
  return (await groupsOf(redis, stream)).map(({ name }) => name).filter((name) => !OUR_GROUPS.has(name));
}

/** Whether another writer has written a target since a stream id (exclusive) of P2.9's decision stream. */
export async function foreignDecisionSince(redis: Redis, afterId: string): Promise<boolean> {
  for await (const entries of new StreamCursor(STREAMS.allocationDecision, afterId).pages(redis)) {
    if (entries.some(({ fields }) => fields['source'] !== FEED_SOURCE)) return true;
  }
  return false;
}

async function liveTargetKeys(redis: Redis): Promise<string[]> {
  const keys = new Set<string>();
  let cursor = '0';
  do {
    const [next, batch] = await redis.scanBuffer(cursor, 'MATCH', TARGET_KEY_PATTERN, 'COUNT', SCAN_COUNT);
    for (const bytes of batch) {
      const name = symbolOfTargetKey(bytes);
      if (name.kind === 'symbol') keys.add(targetKey(name.symbol));
    }
    cursor = next.toString();
  } while (cursor !== '0');
  return [...keys];
}

/** The existing keys without the feed's mark. */
async function foreignKeys(redis: Redis, keys: readonly string[]): Promise<string[]> {
  const batch = redis.pipeline();
  for (const key of keys) batch.exists(key).hget(key, 'source');
  const replies = (await batch.exec()) ?? [];
  return keys.filter((_, index) => replies[2 * index]?.[1] === 1 && replies[2 * index + 1]?.[1] !== FEED_SOURCE);
}

const some = (names: readonly string[]): string =>
  names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '');

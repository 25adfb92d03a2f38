import { runBatch, valueOf, type Redis } from '@quantum/redis-io';
import { disarmKey, HALT_KEY, KILL_KEY, LAST_CYCLE_KEY, parseNumber, STREAMS, utcDate } from '@quantum/redis-schemas';
import { serverNowSec } from '../../server-now.js';
import type { Facts } from '../facts.js';
import { Asker } from './ask.js';
import { hashesInForce, readDecisions, readPolicies } from './decisions.js';
import { readHashes } from './keys.js';
import { readServers } from './server.js';
import { lastEntries, readPlanStream } from './streams.js';

/** Entries of each stream that are read. */
const PLANS = 200;
const RESULTS = 500;
const SCORES = 200;
const PROPOSALS = 1000;

const DAY_SEC = 86_400;

/** Reads what the doctor looks at: bounded, and nothing is written. @throws BatchError, or the error of Redis */
export async function readFacts(redis: Redis, plansStream: string): Promise<Facts> {
  const asker = new Asker(redis);
  const nowSec = await serverNowSec(redis);
  const [who] = await runBatch(redis, [['acl', 'WHOAMI']]);
  const user = who?.ok ? String(valueOf(who)) : 'unknown';
  const servers = await readServers(redis, asker);
  const hashes = await readHashes(redis, asker);
  const plans = await lastEntries(asker, plansStream, PLANS);
  const proposals = await lastEntries(asker, STREAMS.proposed, PROPOSALS);
  const decisions = await readDecisions(asker, plans);
  const [cycle] = (await asker.values(LAST_CYCLE_KEY, [['hget', LAST_CYCLE_KEY, 'ts_epoch']])) as (string | undefined)[];
  return {
    nowSec,
    user,
    servers,
    hashes,
    plans,
    proposals,
    decisions,
    planStream: await readPlanStream(asker, plansStream),
    results: await lastEntries(asker, STREAMS.applyResult, RESULTS),
    scoreEntries: await lastEntries(asker, STREAMS.efficiencyDecision, SCORES),
    switches: await readSwitches(asker, nowSec),
    lastCycleSec: parseNumber(cycle),
    policies: await readPolicies(asker, hashesInForce(proposals, decisions, nowSec)),
    wrongTypes: asker.wrongTypes,
    unread: asker.unread,
  };
} // prettier-ignore

/** Kill switches and latches of this UTC day and the next, which late in the day is set too. */
export async function readSwitches(asker: Asker, nowSec: number): Promise<Facts['switches']> {
  const keys = [KILL_KEY, HALT_KEY, disarmKey(utcDate(nowSec)), disarmKey(utcDate(nowSec + DAY_SEC))];
  const before = asker.unread.length;
  const texts = (await asker.values('quantum:kill, quantum:governor:halt, quantum:governor:disarm:*', keys.map((key) => ['get', key]))) as (string | undefined)[]; // prettier-ignore
  const isUnread = asker.unread.length > before;
  // A switch of another type counts as on.
  return keys.map((key, i) => ({
    key,
    text: asker.wrongTypes.includes(key) ? 'another type than a string' : (texts[i] ?? (isUnread ? undefined : null)),
  }));
}

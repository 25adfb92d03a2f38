import type { Command, Redis } from '@quantum/redis-io';
import type { SymbolSources } from '@quantum/read-model';
import {
  dailyKey,
  EFFICIENCY_FIELDS,
  efficiencyKey,
  lastExecKey,
  MULTIPLIER_FIELDS,
  parseNumber,
  POLICY_PARAMETERS_KEY,
  POSITION_FIELDS,
  positionKey,
  PROPOSAL_HASH_FIELDS,
  proposedKey,
  ROLLOUT_EPOCH_KEY,
  rolloutMultiplierKey,
  TARGET_FIELDS,
  targetKey,
  utcDate,
  windowKey,
} from '@quantum/redis-schemas';
import { BURST_WINDOW_SEC, HOUR_WINDOW_SEC } from '@quantum/risk-gates';
import type { Unread } from '../doctor/facts.js';
import { Asker } from '../doctor/read/ask.js';
import { readDecisions, readPolicies } from '../doctor/read/decisions.js';
import { lastEntries } from '../doctor/read/streams.js';
import { plainSymbol } from '../doctor/words.js';
import { serverNowSec } from '../server-now.js';
import type { LimitsLine } from './text.js';

/** Plans among which those of the symbol are looked for: their records name the limits in force. */
const PLANS = 500;
/** Decisions of the symbol that are read. */
const DECISIONS = 20;

/** What the symbol's numbers come from, and what of it could not be read. */
export interface SymbolFacts {
  readonly sources: SymbolSources;
  readonly windows: WindowFacts;
  readonly limits: LimitsLine | undefined;
  /** Other spellings of the symbol among the last plans. */
  readonly spellings: readonly string[];
  readonly unread: readonly Unread[];
}

export interface WindowFacts {
  readonly lastExecSec: number | undefined;
  /** Permitted notional of the UTC day, USD; undefined: it was not read. */
  readonly dayUsd: number | undefined;
}

/** Reads the keys of a symbol. @throws BatchError when Redis does not answer */
export async function readSymbol(redis: Redis, symbol: string, plansStream: string): Promise<SymbolFacts> {
  const nowSec = await serverNowSec(redis);
  const asker = new Asker(redis);
  const hashes = await readHashes(asker, symbol);
  const { proposal } = hashes;
  const policy = proposal === 'unreadable' ? null : (proposal[PROPOSAL_HASH_FIELDS.indexOf('policy')] ?? null);
  const windows = await readWindows(asker, symbol, nowSec);
  const plans = await lastEntries(asker, plansStream, PLANS);
  const own = plans.filter(({ fields }) => fields['symbol'] === symbol);
  return {
    sources: {
      symbol,
      nowSec,
      ...hashes,
      epoch: await readEpoch(asker),
      parameters: policy === null ? null : await readParameters(asker, policy),
      ...(windows.executions && { executions: windows.executions }),
    },
    windows: windows.facts,
    limits: await readLimits(asker, own.slice(0, DECISIONS)),
    spellings: spellingsOf(symbol, plans.flatMap(({ fields }) => fields['symbol'] ?? [])),
    unread: asker.unread,
  };
} // prettier-ignore

type Hashes = Pick<SymbolSources, 'target' | 'efficiency' | 'proposal' | 'multiplier' | 'position'>;

async function readHashes(asker: Asker, symbol: string): Promise<Hashes> {
  const commands: Readonly<Record<keyof Hashes, Command>> = {
    target: ['hmget', targetKey(symbol), ...TARGET_FIELDS],
    efficiency: ['hmget', efficiencyKey(symbol), ...EFFICIENCY_FIELDS],
    proposal: ['hmget', proposedKey(symbol), ...PROPOSAL_HASH_FIELDS],
    multiplier: ['hmget', rolloutMultiplierKey(symbol), ...MULTIPLIER_FIELDS],
    position: ['hmget', positionKey(symbol), ...POSITION_FIELDS],
  };
  const values = await asker.values(`keys of ${symbol}`, Object.values(commands));
  const named = Object.keys(commands).map((name, i) => [name, values[i] ?? 'unreadable']);
  return Object.fromEntries(named) as Hashes;
}

async function readEpoch(asker: Asker): Promise<string | null | undefined> {
  const before = asker.unread.length + asker.wrongTypes.length;
  const [epoch] = await asker.values('the epoch of the rollout', [['get', ROLLOUT_EPOCH_KEY]]);
  const isRead = asker.unread.length + asker.wrongTypes.length === before;
  return isRead ? ((epoch as string | undefined) ?? null) : undefined;
}

async function readParameters(asker: Asker, policy: string): Promise<string | null> {
  const [texts] = await asker.values(POLICY_PARAMETERS_KEY, [['hmget', POLICY_PARAMETERS_KEY, policy]]);
  return (texts as (string | null)[] | undefined)?.[0] ?? null;
}

/** Times and sums of the windows. The day's sum is that of an earlier day until the first permit of this one. */
async function readWindows(asker: Asker, symbol: string, nowSec: number) {
  const [hourCount, burstCount, newest, last, daily] = (await asker.values(`windows of ${symbol}`, [
    ['zcount', windowKey(symbol), `(${nowSec - HOUR_WINDOW_SEC}`, '+inf'],
    ['zcount', windowKey(symbol), `(${nowSec - BURST_WINDOW_SEC}`, '+inf'],
    ['zrevrange', windowKey(symbol), 0, 0, 'WITHSCORES'],
    ['get', lastExecKey(symbol)],
    ['hmget', dailyKey(symbol), 'day', 'total_micro_usd'],
  ])) as [number?, number?, string[]?, string?, (string | null)[]?];
  const times = [parseNumber(newest?.[1]), parseNumber(last)].filter((sec) => sec !== undefined);
  const sumUsd = daily?.[0] === utcDate(nowSec) ? (parseNumber(daily[1]) ?? 0) / 1e6 : 0;
  const facts: WindowFacts = {
    lastExecSec: times.length === 0 ? undefined : Math.max(...times),
    dayUsd: daily && sumUsd,
  };
  const isRead = hourCount !== undefined && burstCount !== undefined;
  return { facts, executions: isRead ? { hourCount, burstCount } : undefined };
}

async function readLimits(asker: Asker, plans: Parameters<typeof readDecisions>[1]): Promise<LimitsLine | undefined> {
  const [last] = await readDecisions(asker, plans);
  const hash = last?.record.limits;
  const [line] = hash === undefined ? [] : await readPolicies(asker, [hash]);
  return line;
}

const spellingsOf = (symbol: string, others: readonly string[]): readonly string[] => [
  ...new Set(others.filter((other) => other !== symbol && plainSymbol(other) === plainSymbol(symbol))),
];

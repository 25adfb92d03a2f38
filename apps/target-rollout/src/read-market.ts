import { KeyReads, type Command, type Redis, type Reply } from '@quantum/redis-io';
import type { OutsideState } from '@quantum/rollout-guards';
import {
  disarmKey,
  HALT_KEY,
  KILL_BYTES,
  KILL_KEY,
  PORTFOLIO_KEY,
  rolloutCommandStream,
  STREAMS,
  utcDate,
} from '@quantum/redis-schemas';
import {
  bookValueOf,
  killSwitchOf,
  latchOf,
  MAX_VIOLATIONS,
  PORTFOLIO_FIELDS,
  VIOLATION_AGE_SEC,
  violationOf,
  type BookValue,
} from './read-outside.js';
import { askBase, askPublished, askSymbol, type SymbolRead } from './read-symbols.js';

/**
 * Commands of a user that a cycle reads at most: as many as quantumctl keeps in a stream, so that none that lowers risk
 * waits behind others.
 */
const MAX_COMMANDS = 1000;

/** An entry of a command stream. */
export interface CommandEntry {
  user: string;
  id: string;
  fields: readonly string[];
}

/** What to read. */
export interface MarketQuestion {
  nowSec: number;
  /** Symbols that any stage of the plan enforces. All of their keys are read. */
  planned: ReadonlySet<string>;
  /** Those of them whose violations of a budget do not count. */
  excluded: ReadonlySet<string>;
  /** Symbols with a target, and with a multiplier. */
  targets: ReadonlySet<string>;
  multipliers: ReadonlySet<string>;
  /** The last entry that was read of each user. */
  lastIds: readonly { user: string; id: string }[];
}

export interface MarketRead {
  symbols: ReadonlyMap<string, SymbolRead>;
  /** Base targets of the symbols that the plan does not name, USD. */
  otherBases: ReadonlyMap<string, number>;
  /** Multipliers of symbols that the plan does not name. */
  otherPublished: ReadonlyMap<string, SymbolRead['published']>;
  outside: Readonly<Record<'killSwitch' | 'disarmLatch' | 'budgetViolation', OutsideState>>;
  book: BookValue | undefined;
  commands: readonly CommandEntry[];
  /** Users whose stream could not be read. */
  unreadable: readonly { user: string; error: Error }[];
}

/** Reads all that a cycle decides by, in one round trip. @throws BatchError when Redis does not answer. */
export async function readMarket(redis: Redis, question: MarketQuestion): Promise<MarketRead> {
  const { nowSec, planned, excluded, targets, multipliers, lastIds } = question;
  const reads = new KeyReads();
  const kills = reads.group('get', [], 'kill', KILL_BYTES);
  const killAt = [KILL_KEY, HALT_KEY].map((key) => kills.add(key));
  const symbols = [...planned].map((symbol) => [symbol, askSymbol(reads, symbol)] as const);
  const others = [...targets]
    .filter((symbol) => !planned.has(symbol))
    .map((symbol) => [symbol, askBase(reads, symbol)] as const);
  const foreign = [...multipliers]
    .filter((symbol) => !planned.has(symbol))
    .map((symbol) => [symbol, askPublished(reads, symbol)] as const);
  const [latch, violations, portfolio, ...streams] = await reads.run(redis, [
    ['exists', disarmKey(utcDate(nowSec))],
    ['xrevrange', STREAMS.budgetViolation, '+', Math.floor((nowSec - 2 * VIOLATION_AGE_SEC) * 1000), 'COUNT', MAX_VIOLATIONS],
    ['hmget', PORTFOLIO_KEY, ...PORTFOLIO_FIELDS],
    ...lastIds.map(({ user, id }): Command => ['xrange', rolloutCommandStream(user), `(${id}`, '+', 'COUNT', MAX_COMMANDS]),
  ]); // prettier-ignore
  const found = lastIds.map(({ user }, i) => commandsOf(user, streams[i]));
  return {
    symbols: new Map(symbols.map(([symbol, read]) => [symbol, read()])),
    otherBases: new Map(others.map(([symbol, read]) => [symbol, read().baseUsd ?? NaN] as const).filter(([, usd]) => Number.isFinite(usd))), // prettier-ignore
    otherPublished: new Map(foreign.map(([symbol, read]) => [symbol, read()])),
    outside: {
      killSwitch: killSwitchOf(killAt.map((at) => kills.replies[at])),
      disarmLatch: latchOf(latch),
      budgetViolation: violationOf(violations, new Set([...planned].filter((symbol) => !excluded.has(symbol))), nowSec),
    },
    book: bookValueOf(portfolio, nowSec),
    commands: found.flatMap((each) => (each instanceof Error ? [] : each)),
    unreadable: found.flatMap((each, i) => (each instanceof Error ? [{ user: lastIds[i]?.user ?? '', error: each }] : [])),
  }; // prettier-ignore
}

function commandsOf(user: string, reply: Reply | undefined): CommandEntry[] | Error {
  if (!reply?.ok) return reply?.error ?? new Error('no reply');
  return (reply.value as [id: string, fields: string[]][]).map(([id, fields]) => ({ user, id, fields }));
}

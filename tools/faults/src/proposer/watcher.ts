import { LAST_CYCLE_KEY, proposedKey, STREAMS } from '@quantum/redis-schemas';
import { repeat, StreamCursor, type Activity, type StreamEntry } from '@quantum/testbed';
import type { Redis } from 'ioredis';
import { checkAgainstQuote, checkCycle, checkProposal, type ProposerFinding } from './check.js';
import type { Quote } from './market.js';

const EVERY_MS = 50;
/** No limit: a summary is compared with all entries of its cycle. */
const MOST_ENTRIES = Number.MAX_SAFE_INTEGER;

/** Reads the proposer's output and checks it against the quotes. */
export interface Watcher extends Activity {
  readonly findings: readonly ProposerFinding[];
  readonly proposals: number;
  /** Whole cycles of the whole market seen. */
  readonly cycles: number;
  /** Redis lost the market: until a cycle has all of it again, one may have less. */
  forget: () => void;
  /** Cycles with any published entry. */
  readonly begun: number;
  /** Server's time of the first entry at or after `sinceMs`, unix ms. */
  firstEntryMs: (sinceMs: number) => number | undefined;
}

/** Summary, new entries and hashes are read in one transaction: none can be newer than another. */
export function watchProposals(redis: Redis, quotes: readonly Quote[]): Watcher {
  const bySymbol = new Map(quotes.map((quote) => [quote.symbol, quote]));
  const symbols = [...bySymbol.keys()];
  const findings: ProposerFinding[] = [];
  const published = new Map<string, Set<string>>();
  const entryTimesMs: number[] = [];
  const seen = new Set<string>();
  let cycles = 0;
  let marketIsWhole = true;
  const cursor = new StreamCursor(STREAMS.proposed);

  async function poll(): Promise<void> {
    const transaction = redis
      .multi()
      .hgetall(LAST_CYCLE_KEY)
      .xrange(...cursor.range(MOST_ENTRIES));
    for (const symbol of symbols) transaction.hget(proposedKey(symbol), 'ts_epoch');
    const replies = (await transaction.exec()) ?? [];
    const [summary, entries, ...times] = replies.map(([error, value]) => {
      if (error) throw error;
      return value;
    });
    for (const entry of cursor.take(entries)) take(entry);
    const ts = (summary as Record<string, string>)['ts_epoch'];
    if (ts === undefined || seen.has(ts)) return;
    seen.add(ts);
    const hashTimes = new Map(symbols.map((symbol, i) => [symbol, Number(times[i] ?? 0)]));
    const inStream = published.get(ts) ?? new Set<string>();
    const cycle = { summary: summary as Record<string, string>, inStream, hashTimes };
    const isOfAll = Number(cycle.summary['proposed']) === symbols.length;
    marketIsWhole ||= isOfAll;
    findings.push(...checkCycle(cycle, marketIsWhole ? symbols : undefined));
    if (isOfAll) cycles += 1;
  }

  function take({ id, fields }: StreamEntry): void {
    entryTimesMs.push(Number.parseInt(id));
    const ts = fields['ts_epoch'] ?? '';
    published.set(ts, (published.get(ts) ?? new Set()).add(fields['symbol'] ?? ''));
    findings.push(...checkProposal(fields), ...checkAgainstQuote(fields, bySymbol));
  }

  const activity = repeat(poll, EVERY_MS);
  return {
    stop: activity.stop,
    findings,
    get proposals() {
      return entryTimesMs.length;
    },
    get cycles() {
      return cycles;
    },
    forget: () => {
      marketIsWhole = false;
    },
    get begun() {
      return published.size;
    },
    firstEntryMs: (sinceMs) => entryTimesMs.find((ms) => ms >= sinceMs),
  };
}

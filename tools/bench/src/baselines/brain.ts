import { decideScore, scoreEntry, scoreHash, type PublishedScore } from '@quantum/decisions';
import { createRules, DEFAULT_PARAMETERS, encodeState, type ClosedPeriod } from '@quantum/efficiency-score';
import {
  ATTRIBUTION_FIELDS,
  attributionKey,
  brainStateKey,
  efficiencyKey,
  parseJson,
  POSITION_FIELDS,
  positionKey,
  TARGET_FIELDS,
  targetKey,
  TICKER_FIELDS,
  tickerKey,
} from '@quantum/redis-schemas';
import { Redis } from 'ioredis';
import type { CycleKind } from '../brain/brain-service.js';
import { EVENT_STREAMS } from '../brain/market.js';
import { symbolsOf } from '../harness/market.js';
import { RawClient } from '../harness/raw-client.js';
import { encode } from '../harness/resp.js';
import { timed, type Baseline } from './baseline.js';

const KEY_TTL_SEC = 600;
const STREAM = 'bench:scores';
/** Entries that one command reads, as many as the brain's. */
const PAGE = 500;
const PERIODS = 50;

const rules = createRules(DEFAULT_PARAMETERS);

/** A score with numbers of full length. It closes a period or, without `closing`, none. */
function scoreOf(kind: CycleKind): PublishedScore {
  let decision: PublishedScore['decision'] | undefined;
  for (let i = 0; i <= PERIODS; i += 1) {
    const common = { reservedUsd: 1071.2857142857142, performance: 0.25, lastExecutionSec: undefined };
    const closed: ClosedPeriod = {
      ...common,
      period: 29_500_000 + i,
      end: { positionQty: 1.1428571428571423, priceUsd: 1071.2857142857142 + Math.sin(i) },
      fills: [],
      ...{ feesUsd: 0, fundingUsd: 0, reportedGainUsd: undefined, oldestInputSec: 1_770_000_000 + 60 * i },
    };
    const closing = kind === 'period' || i < PERIODS ? closed : undefined;
    const cycle = { ...common, nowSec: 1_770_000_002.123 + 60 * i };
    decision = decideScore({ symbol: 'SYMBOL', before: decision?.after, closing, cycle }, rules);
  }
  if (!decision) throw new Error('there is no score');
  return { decision, mode: 'enforce', policy: '0123456789ab', missing: [], stale: [], carriesState: false };
}

/** A cycle's commands as prepared bytes over one socket, replies counted and dropped. Returns ms. */
export const floor: Baseline<{ symbols: number; kind: CycleKind }> = async ({ path, db, options }) => {
  const symbols = symbolsOf(options.symbols);
  const raw = await RawClient.connect(path, db);
  const score = scoreOf(options.kind);
  const [entry, hash] = [scoreEntry(score, rules), scoreHash(score, rules)];
  const { after, closed } = score.decision;
  const state = closed && after ? Object.entries(encodeState(after, rules)).flat() : undefined;
  const maxlen = Math.max(100_000, 2 * symbols.length);
  const commands = symbols.flatMap((symbol) => [
    encode('HMGET', positionKey(symbol), ...POSITION_FIELDS),
    encode('HMGET', tickerKey(symbol), ...TICKER_FIELDS),
    encode('HMGET', targetKey(symbol), ...TARGET_FIELDS),
    encode('HMGET', attributionKey(symbol), ...ATTRIBUTION_FIELDS),
    ...(state
      ? [
          encode('HSET', brainStateKey(symbol), 'fence', 1, ...state),
          encode('EXPIRE', brainStateKey(symbol), KEY_TTL_SEC),
        ]
      : []),
    encode('XADD', STREAM, 'MAXLEN', '~', maxlen, '*', 'symbol', symbol, ...entry.slice(2)),
    encode('HSET', efficiencyKey(symbol), ...hash),
    encode('EXPIRE', efficiencyKey(symbol), KEY_TTL_SEC),
  ]);
  const bytes = Buffer.from(commands.join(''));
  return () => timed(() => raw.sendBytes(bytes, commands.length));
};

/** Reads what was added to the execution streams and parses each entry and its payload. Returns events a second. */
export const readAndParse: Baseline<undefined> = ({ path, db }) => {
  const redis = new Redis({ path, db });
  const after = new Map<string, string>();
  return Promise.resolve(async () => {
    const startMs = performance.now();
    let events = 0;
    for (let due = EVENT_STREAMS; due.length > 0;) {
      const reads = due.map((stream) => ['xrange', stream, `(${after.get(stream) ?? '0'}`, '+', 'COUNT', String(PAGE)]);
      const replies = (await redis.pipeline(reads).exec()) ?? [];
      due = due.filter((stream, i) => {
        const entries = (replies[i]?.[1] ?? []) as [id: string, flat: string[]][];
        for (const [id, flat] of entries) {
          const fields: Record<string, string> = {};
          for (let at = 0; at < flat.length; at += 2) fields[flat[at] ?? ''] = flat[at + 1] ?? '';
          parseJson(fields['payload'] ?? fields['details'] ?? 'null');
          after.set(stream, id);
        }
        events += entries.length;
        return entries.length === PAGE;
      });
    }
    return (1000 * events) / (performance.now() - startMs);
  });
};

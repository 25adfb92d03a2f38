import {
  asComputed,
  EFFICIENCY_FIELDS,
  efficiencyKey,
  proposalHash,
  proposalStreamEntry,
  proposedKey,
  TARGET_FIELDS,
  targetKey,
  type ProposalRecord,
} from '@quantum/redis-schemas';
import { Redis } from 'ioredis';
import { symbolsOf } from '../harness/market.js';
import { RawClient } from '../harness/raw-client.js';
import { encode } from '../harness/resp.js';
import { timed, type Baseline } from './baseline.js';

const KEY_TTL_SEC = 600;
const STREAM = 'bench:proposed';
/** Symbols per pipeline, for the baseline that uses pipelines. */
const PIPELINE_SYMBOLS = 500;

/** A proposal of full length. The baselines do not decide, they only pay for the Redis commands. */
const proposalOf = (symbol: string, nowSec: number): ProposalRecord => ({
  tsEpochSec: nowSec,
  symbol,
  baseTargetUsd: 1071.2857142857142,
  proposedTargetUsd: 1342.0652374223,
  multiplier: 1.2527613941018767,
  effScore: 0.7527613941018767,
  effConfidence: 0.83,
  effTsText: String(nowSec),
  effStale: false,
  baseTsText: String(nowSec),
  reason: 'ok',
  ...asComputed(1.2527613941018767, '0123456789ab'),
});

type Command = [name: string, ...args: (string | number)[]];

const readsOf = (symbol: string): Command[] => [
  ['HMGET', targetKey(symbol), ...TARGET_FIELDS],
  ['HMGET', efficiencyKey(symbol), ...EFFICIENCY_FIELDS],
];

const writesOf = (symbol: string, nowSec: number, maxlen: number): Command[] => {
  const proposal = proposalOf(symbol, nowSec);
  return [
    ['XADD', STREAM, 'MAXLEN', '~', maxlen, '*', ...proposalStreamEntry(proposal)],
    ['HSET', proposedKey(symbol), ...proposalHash(proposal)],
    ['EXPIRE', proposedKey(symbol), KEY_TTL_SEC],
  ];
};

const nowSec = (): number => Math.floor(Date.now() / 1000);
const maxlenOf = (symbols: readonly string[]): number => Math.max(10_000, 2 * symbols.length);

/** A cycle's commands as prepared bytes over one socket, replies counted and dropped. Returns ms. */
export const floor: Baseline<{ symbols: number }> = async ({ path, db, options }) => {
  const symbols = symbolsOf(options.symbols);
  const raw = await RawClient.connect(path, db);
  const commands = symbols.flatMap((symbol) => [...readsOf(symbol), ...writesOf(symbol, nowSec(), maxlenOf(symbols))]);
  const bytes = Buffer.from(commands.map((command) => encode(...command)).join(''));
  return () => timed(() => raw.sendBytes(bytes, commands.length));
};

/** A cycle with ioredis in pipelines of 500 symbols: read, then write. Returns ms. */
export const pipelines: Baseline<{ symbols: number }> = ({ path, db, options }) => {
  const symbols = symbolsOf(options.symbols);
  const redis = new Redis({ path, db });
  const send = async (commands: Command[]): Promise<void> => {
    await redis.pipeline(commands.map(([name, ...args]) => [name.toLowerCase(), ...args])).exec();
  };
  return Promise.resolve(() =>
    timed(async () => {
      for (let from = 0; from < symbols.length; from += PIPELINE_SYMBOLS) {
        const batch = symbols.slice(from, from + PIPELINE_SYMBOLS);
        await send(batch.flatMap(readsOf));
        await send(batch.flatMap((symbol) => writesOf(symbol, nowSec(), maxlenOf(symbols))));
      }
    }),
  );
};

/** A cycle that waits for each command. Returns ms. */
export const oneAtATime: Baseline<{ symbols: number }> = ({ path, db, options }) => {
  const symbols = symbolsOf(options.symbols);
  const redis = new Redis({ path, db });
  return Promise.resolve(() =>
    timed(async () => {
      for (const symbol of symbols) {
        for (const [name, ...args] of [...readsOf(symbol), ...writesOf(symbol, nowSec(), maxlenOf(symbols))]) {
          await redis.call(name, ...args);
        }
      }
    }),
  );
};

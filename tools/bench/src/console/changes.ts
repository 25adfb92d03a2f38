import { setTimeout as delay } from 'node:timers/promises';
import { positionKey, STREAMS } from '@quantum/redis-schemas';
import { seeded } from '@quantum/testbed';
import { proposalFields, sendAll, symbolsOf } from '../harness/market.js';
import type { RawClient } from '../harness/raw-client.js';
import { encode } from '../harness/resp.js';

/** A change, as the text that shows it in a delta, and when it was sent, `performance.now()`. */
export interface Change {
  readonly shownAs: string;
  readonly sentMs: number;
}

export type ChangeKind = 'by a stream' | 'polled key';

/** Symbols that change alone, beside those of the cycles: enough that none changes again before it was shown. */
const LONE_SYMBOLS = symbolsOf(100).map((symbol) => `L${symbol}`);
/**
 * The last number by which a change is recognised: no other value of the market is a whole number of this size, and
 * none comes twice.
 */
let lastNumber = 7_000_000;

const nowSec = (): number => Math.floor(Date.now() / 1000);

const proposal = (symbol: string, baseUsd: number, score: number): string =>
  encode('XADD', STREAMS.proposed, 'MAXLEN', '~', 40_000, '*', ...proposalFields(symbol, baseUsd, score, nowSec()));

const position = (symbol: string, amount: number): string =>
  encode('HSET', positionKey(symbol), 'position_amt', amount, 'mark_price', '50000', 'ts_epoch', nowSec());

/** Proposals of a cycle of these symbols. `changedShare`: how many have another score than in the cycle before. */
export const putCycle = (raw: RawClient, symbols: readonly string[], cycle: number, changedShare = 1): Promise<void> =>
  sendAll(raw, symbols.length, (i) => {
    const changes = i < symbols.length * changedShare ? cycle : 0;
    return proposal(symbols[i] ?? '', 1000.25, ((i * 7919 + changes * 104_729) % 10_007) / 10_007);
  }); // prettier-ignore

/** Positions of these symbols. */
export const putPositions = (raw: RawClient, symbols: readonly string[]): Promise<void> =>
  sendAll(raw, symbols.length, (i) => position(symbols[i] ?? '', 0.5));

/** The symbols that change alone: they are known to the console before they change. */
export async function putLone(raw: RawClient): Promise<void> {
  await putCycle(raw, LONE_SYMBOLS, 0);
  await putPositions(raw, LONE_SYMBOLS);
}

const WRITE: Readonly<Record<ChangeKind, (number: number, symbol: string) => [command: string, shownAs: string]>> = {
  'by a stream': (number, symbol) => [proposal(symbol, number, 0.5), `"baseUsd":${number},`],
  'polled key': (number, symbol) => [position(symbol, number), `"positionAmount":${number},`],
};

/** Changes single symbols for this long, both kinds alternating, at random times, four times a second. */
export async function changeLone(raw: RawClient, seconds: number): Promise<Record<ChangeKind, Change[]>> {
  const random = seeded(7);
  const sent: Record<ChangeKind, Change[]> = { 'by a stream': [], 'polled key': [] };
  const endMs = performance.now() + 1000 * seconds;
  for (let i = 0; performance.now() < endMs; i += 1) {
    const kind = i % 2 === 0 ? 'by a stream' : 'polled key';
    const [command, shownAs] = WRITE[kind]((lastNumber += 1), LONE_SYMBOLS[i % LONE_SYMBOLS.length] ?? '');
    sent[kind].push({ shownAs, sentMs: performance.now() });
    await raw.send([command]);
    await delay(random.between(0, 500));
  }
  return sent;
}

import type { Random } from '@quantum/testbed';
import type { Harness, Service } from '../harness/harness.js';
import { drawQuotes, writeQuotes, type Quote } from './market.js';
import { watchProposals, type Watcher } from './watcher.js';

/** Several batches of symbols, so that a cycle can be killed in its middle. */
const SYMBOLS = 450;

const PROPOSER_ENV: Readonly<Record<string, string>> = {
  // The minimum interval with a separate time for every cycle: times are whole seconds.
  LOOP_INTERVAL_SEC: '1',
  DISCOVERY_INTERVAL_SEC: '1',
  PROPOSE_STREAM_MAXLEN: '1000000',
};

export const startProposer = (harness: Harness, env: Readonly<Record<string, string>> = {}): Service =>
  harness.startService('allocation-target', { ...PROPOSER_ENV, ...env });

/** A constant market, and a watcher of the proposals. */
export interface Desk {
  quotes: readonly Quote[];
  watcher: Watcher;
}

export async function openDesk(harness: Harness, random: Random): Promise<Desk> {
  const quotes = drawQuotes(random, SYMBOLS, Date.now() / 1000);
  await writeQuotes(harness.client, quotes);
  return { quotes, watcher: watchProposals(await harness.connect(), quotes) };
}

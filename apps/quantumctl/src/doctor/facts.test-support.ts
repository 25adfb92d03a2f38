import type { DecisionRecord } from '@quantum/redis-schemas';
import {
  aPermit,
  NEIGHBOURS,
  NEIGHBOURS_SEC as NOW_SEC,
  recordWith,
  INPUTS as RECORD_INPUTS,
} from '@quantum/test-fixtures';
import type { DecisionFacts, EntryFacts, Facts, HashFacts, PlanStreamFacts, ServerFacts } from './facts.js';
import { INPUTS, type InputName } from './inputs.js';

export { NOW_SEC };

export const hash = (
  name: InputName,
  fields: Readonly<Record<string, string>>,
  symbol = 'BTCUSDT',
  ttlSec: number | undefined = 200,
): HashFacts => ({ key: `${INPUTS[name].prefix}${symbol}`, symbol, fields, ttlSec });

export const entry = (fields: Readonly<Record<string, string>>, id = `${NOW_SEC - 1}000-0`): EntryFacts => ({
  id,
  fields,
});

export const decision = (over: Partial<DecisionRecord>, more: Partial<DecisionFacts> = {}): DecisionFacts => ({
  record: recordWith(RECORD_INPUTS, { decided_at: NOW_SEC - 20, permit: aPermit(), limits: 'eeeeeeeeeeee', ...over }),
  permitTtlSec: undefined,
  hasOtherPermit: false,
  ...more,
});

export const SERVER: ServerFacts = {
  product: 'Redis', version: '7.2.4', maxmemoryPolicy: 'noeviction', isAppendOnly: true, save: '', lastSaveSec: NOW_SEC,
  unsavedChanges: 0, replicas: 1, notifications: '', aheadSec: 0.01,
}; // prettier-ignore
export const PLAN_STREAM: PlanStreamFacts = {
  key: 'quantum:stream:apply.plan',
  firstId: '1-0',
  groups: [{ name: 'governor', lastDeliveredId: `${NOW_SEC}000-0`, pending: 0 }],
  consumers: [{ name: 'governor-plugin:host:1:abcd', idleSec: 0.2, pending: 0 }],
  lost: {},
};

/** A platform on which nothing is wrong. */
export const HEALTHY: Facts = {
  nowSec: NOW_SEC,
  user: 'ana',
  servers: [SERVER],
  hashes: {
    targets: [hash('targets', NEIGHBOURS.target)],
    scores: [hash('scores', NEIGHBOURS.score)],
    positions: [hash('positions', NEIGHBOURS.position, 'BTCUSDT', undefined)],
    prices: [hash('prices', NEIGHBOURS.price)],
    budgets: [hash('budgets', NEIGHBOURS.budget)],
    attributions: [hash('attributions', NEIGHBOURS.attribution)],
  },
  wrongTypes: [],
  unread: [],
  plans: [entry(NEIGHBOURS.entryWithPrice), entry(NEIGHBOURS.close)],
  planStream: PLAN_STREAM,
  results: [],
  scoreEntries: [],
  proposals: [],
  decisions: [],
  switches: [
    { key: 'quantum:kill', text: null },
    { key: 'quantum:governor:halt', text: '0' },
    { key: 'quantum:governor:disarm:2025-11-17', text: null },
  ],
  lastCycleSec: NOW_SEC - 8,
  policies: [],
};

/** The same with some of it replaced. */
export const factsWith = (over: Partial<Omit<Facts, 'hashes'>> & { hashes?: Partial<Facts['hashes']> }): Facts => ({
  ...HEALTHY,
  ...over,
  hashes: { ...HEALTHY.hashes, ...over.hashes },
});

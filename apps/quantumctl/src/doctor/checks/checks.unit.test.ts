import { describe, expect, it } from '@jest/globals';
import { EVICTION_DANGER } from '@quantum/redis-io';
import { NEIGHBOURS } from '@quantum/test-fixtures';
import { diagnose } from '../diagnose.js';
import type { Facts } from '../facts.js';
import { decision, entry, factsWith, hash, HEALTHY, NOW_SEC, PLAN_STREAM, SERVER } from '../facts.test-support.js';
import type { Diagnosis } from '../finding.js';
import { CHECKS } from './index.js';

const { target, score, position, price, entry: plan, entryWithPrice, executed, shadowScore } = NEIGHBOURS;
const scores = (fields: Readonly<Record<string, string>>, ...more: Readonly<Record<string, string>>[]) => ({
  hashes: {
    scores: [fields, ...more].map((one, i) => hash('scores', one, `S${i}USDT`)),
    targets: [fields, ...more].map((_, i) => hash('targets', target, `S${i}USDT`)),
    positions: [],
    prices: [],
    budgets: [],
  },
  plans: [],
});
const of = (check: string, facts: Facts): Diagnosis[] => diagnose(facts).filter((one) => one.check === check);
const server = (over: object) => ({ servers: [{ ...SERVER, ...over }] });
const stream = (over: object) => ({ planStream: { ...PLAN_STREAM, ...over } });
const permits = (count: number, permitTtlSec: number | undefined, hasOtherPermit = false) =>
  Array.from({ length: count }, (_, i) =>
    decision({ plan_id: `p${i}`, outcome: 'permit' }, { permitTtlSec, hasOtherPermit }),
  );
const refused = decision({ plan_id: executed.plan_id, outcome: 'refused', reason: 'burst_rate' });
const hinted = (qty: number) =>
  decision({
    plan_id: executed.plan_id,
    outcome: 'permit',
    permit: { ...decision({}).record.permit!, computed_qty: qty },
  });
const limits = (...hashes: string[]) =>
  hashes.map((one, i) => decision({ plan_id: `p${i}`, outcome: 'permit', limits: one }));
const proposals = (...policies: string[]) => policies.map((policy) => entry({ symbol: 'BTCUSDT', policy }));
const policy = (value: number) => ({ hash: 'a', parameters: { P31_MIN_CONF: value } });
const aged = (sec: number) => ({ ...target, timestamp: String(NOW_SEC - sec) });

type Over = Parameters<typeof factsWith>[0];
/** Of each check what it must find, and beside it what it must not. */
const CASES: readonly (readonly [check: string, name: string, finds: Over, found: Readonly<Record<string, unknown>>, passes: Over])[] = [
  ['executed-refusals', 'a refused plan that was executed', { decisions: [refused], results: [entry(executed)] }, { value: expect.stringContaining('refused by burst_rate'), owner: 'intent_executor' }, { decisions: [refused], results: [entry(NEIGHBOURS.notExecuted)] }],
  ['unread-permits', 'permits that lie there', { decisions: permits(3, 40) }, { value: expect.stringContaining('3 of 3 permits'), means: expect.stringContaining('expire after 60 s') }, { decisions: permits(3, undefined) }],
  ['unread-permits', 'permits of which the executor takes the other one', { decisions: permits(4, 40, true) }, { means: expect.stringContaining('quantum:permit:p33:') }, { decisions: permits(2, 40, true) }],
  ['eviction', 'allkeys-lru', server({ maxmemoryPolicy: 'allkeys-lru' }), { value: 'allkeys-lru', means: `${EVICTION_DANGER.split('. Set')[0]}.` }, server({ maxmemoryPolicy: undefined })],
  ['persistence', 'neither AOF nor save points', server({ isAppendOnly: false, save: '' }), { key: 'save' }, server({ isAppendOnly: false, save: '3600 1' })],
  ['persistence', 'changes that are not saved, where CONFIG is denied', server({ isAppendOnly: false, save: undefined, lastSaveSec: NOW_SEC - 9000, unsavedChanges: 5 }), { value: '2.5 h ago, 5 changes since' }, server({ isAppendOnly: false, save: undefined, lastSaveSec: NOW_SEC - 600, unsavedChanges: 5 })],
  ['foreign-consumers', 'an old governor', stream({ consumers: [{ name: 'gov-1', idleSec: 1, pending: 7 }] }), { value: '"gov-1", 7 plans pending, active 1 s ago' }, stream({ consumers: [{ name: 'gov-1', idleSec: 900, pending: 0 }, ...PLAN_STREAM.consumers] })],
  ['trimmed-plans', 'plans that were lost', stream({ lost: { total: '12', last_count: '5', last_to: '9-0' } }), { field: 'total', value: '"12", the last 5 plans up to 9-0' }, stream({ lost: { total: '0' } })],
  ['trimmed-plans', 'a group behind the first entry', stream({ firstId: `${NOW_SEC}001-0` }), { value: expect.stringContaining('last read') }, stream({ firstId: '' })],
  ['plan-fields', 'opens without a kill score', { plans: [entry({ ...plan, entry_price: '71000' }), entry(entryWithPrice)] }, { field: 'kill_score', value: expect.stringMatching(/^absent in .*, 1 of 2 opening plans$/) }, { plans: [entry(entryWithPrice), entry(NEIGHBOURS.close)] }],
  ['plan-fields', 'opens without a price', { plans: [entry({ ...plan, kill_score: '0' })] }, { field: 'price', means: expect.stringContaining('daily_notional') }, { plans: [entry({ ...plan, kill_score: '0', notional_usd: '100' })] }],
  ['switches', 'the kill switch', { switches: [{ key: 'quantum:kill', text: '1' }] }, { value: '"1"', remedy: expect.stringContaining('quantumctl kill off') }, { switches: [{ key: 'quantum:kill', text: ' OFF ' }] }],
  ['switches', 'the halt of the lockdown guard', { switches: [{ key: 'quantum:governor:halt', text: 'x' }] }, { owner: 'the lockdown guard' }, { switches: [{ key: 'quantum:governor:halt', text: undefined }] }],
  ['switches', 'a disarm latch', { switches: [{ key: 'quantum:governor:disarm:2025-11-17', text: '{}' }] }, { means: expect.stringContaining('disarmed') }, { switches: [{ key: 'quantum:governor:disarm:2025-11-17', text: null }] }],
  ['server-version', 'Redis 6', server({ version: '6.2.1' }), { value: 'Redis 6.2.1' }, server({ product: 'Valkey', version: '8.1.1' })],
  ['server-version', 'another product', server({ product: 'KeyDB' }), { value: 'KeyDB 7.2.4' }, {}],
  ['server-version', 'masters of two versions', { servers: [SERVER, { ...SERVER, version: '8.0.2' }] }, { means: expect.stringContaining('differ') }, { servers: [SERVER, SERVER] }],
  ['no-governor', 'plans that wait, on a server that does not note every call', { ...server({ version: '7.0.15' }), ...stream({ consumers: [{ name: 'governor-plugin:host:1:abcd', idleSec: 900, pending: 1 }], groups: [{ name: 'governor', lastDeliveredId: `${NOW_SEC}000-0`, pending: 1 }] }) }, { field: 'group governor' }, { ...server({ version: '7.0.15' }), ...stream({ consumers: [{ name: 'governor-plugin:host:1:abcd', idleSec: 900, pending: 0 }] }) }],
  ['no-governor', 'plans without a governor', stream({ consumers: [] }), { means: expect.stringContaining('arrived 1 s ago') }, { ...stream({ consumers: [] }), plans: [] }],
  ['stopped-writers', 'an allocator that stopped', { hashes: { targets: [hash('targets', aged(900)), hash('targets', aged(800), 'ETHUSDT')] } }, { key: 'quantum:allocation:target:ETHUSDT', value: '13 min old', owner: 'P2.9' }, { hashes: { targets: [hash('targets', aged(900)), hash('targets', aged(8), 'ETHUSDT')] } }],
  ['stopped-writers', 'a proposer that stopped', { lastCycleSec: NOW_SEC - 300 }, { key: 'quantum:allocation:proposed:last_cycle' }, { lastCycleSec: undefined }],
  ['stopped-writers', 'an allocator whose keys have expired', { hashes: { targets: [] } }, { key: 'quantum:allocation:target:*', value: 'absent', owner: 'P2.9' }, { hashes: { targets: [] }, unread: [{ what: 'SCAN', why: 'NOPERM', isDenied: true }] }],
  ['stopped-writers', 'both whose keys have expired', { hashes: { targets: [], scores: [] } }, { key: 'quantum:capital:efficiency:*', value: 'absent' }, { hashes: { targets: [], scores: [] }, wrongTypes: ['quantum:capital:efficiency:A'] }],
  ['clocks', 'a host whose clock is ahead', server({ aheadSec: 7 }), { value: 'this host is 7 s ahead of Redis' }, server({ aheadSec: -1.5 })],
  ['clocks', 'a writer whose clock is ahead', scores({ ...score, ts: String(NOW_SEC + 90) }), { field: 'ts', means: expect.stringContaining('90 s ahead') }, scores({ ...score, ts: `${NOW_SEC}000` })],
  ['scores-in-shadow', 'a P3.1 in shadow', { hashes: { scores: [] }, scoreEntries: [entry(shadowScore)] }, { value: 'mode "shadow"' }, { scoreEntries: [entry(shadowScore)] }],
  ['stopped-writers', 'a brain in enforce that stopped', { hashes: { scores: [] }, scoreEntries: [entry({ ...shadowScore, mode: 'enforce' }, `${NOW_SEC - 1500}000-0`)] }, { key: 'quantum:stream:capital.efficiency.decision', value: 'the last entry is 25 min old' }, { hashes: { scores: [] }, scoreEntries: [entry(shadowScore)] }],
  ['scores-in-shadow', 'no P3.1 at all', { hashes: { scores: [] } }, { value: 'absent' }, { hashes: { scores: [], targets: [] } }],
  ['other-names', 'a time under another name', scores({ efficiency_score: '0.5', confidence: '0.9', ts_utc: '2025-11-17T13:40:00Z' }), { field: 'ts', value: 'absent; ts_utc "2025-11-17T13:40:00Z"' }, scores(score)],
  ['other-names', 'a score that is absent', scores({ confidence: '0.9', ts: score.ts }), { field: 'efficiency_score', value: 'absent' }, scores({ ...score, timestamp: '1' })],
  ['not-a-number', 'numpy', scores({ ...score, efficiency_score: 'np.float64(0.9)' }), { value: '"np.float64(0.9)"', means: expect.stringContaining('numpy') }, scores({ ...score, efficiency_score: ' 0.9 ' })],
  ['not-a-number', 'a decimal comma', scores({ ...score, confidence: '0,9' }), { means: expect.stringContaining('decimal comma') }, scores(score)],
  ['not-a-number', 'an ISO time', scores({ ...score, ts: '2025-11-17T13:40:00' }), { means: expect.stringContaining('ISO time') }, scores(score)],
  ['not-a-number', 'milliseconds', scores({ ...score, ts: `${NOW_SEC}000` }), { means: expect.stringContaining('milliseconds') }, { hashes: { prices: [hash('prices', price)] } }],
  ['not-a-number', 'microseconds', { hashes: { positions: [hash('positions', { ...position, ts_epoch: `${NOW_SEC}000000` })] } }, { owner: 'P3.3', means: expect.stringContaining('microseconds') }, {}],
  ['not-a-number', 'nanoseconds', { hashes: { targets: [hash('targets', { ...target, timestamp: `${NOW_SEC}000000000` })] } }, { owner: 'P2.9', means: expect.stringContaining('nanoseconds') }, {}],
  ['not-a-number', 'a score that is a percentage', scores({ ...score, efficiency_score: '81.2' }), { means: expect.stringContaining('0..1') }, scores({ ...score, efficiency_score: '1' })],
  ['low-confidence', 'P3.1, which halves it', scores({ ...score, confidence: '0.5' }, { ...score, confidence: '0.31' }), { value: '"0.5"', means: expect.stringContaining('The best of 2 is below P31_MIN_CONF 0.65') }, scores({ ...score, confidence: '0.5' }, { ...score, confidence: '0.66' })],
  ['low-confidence', 'a bound of the policy in force', { ...scores({ ...score, confidence: '0.7' }), policies: [policy(0.8)] }, { means: expect.stringContaining('P31_MIN_CONF 0.8') }, scores({ ...score, confidence: '0.7' })],
  ['p31-inputs', 'ts_utc and timestamp, where the published P3.1 reads ts', { hashes: { scores: [] }, scoreEntries: [entry(shadowScore)] }, { field: 'ts_utc', owner: 'P3.1, or P3.0' }, {}],
  ['wrong-types', 'a string in the place of a hash', { wrongTypes: ['quantum:capital:efficiency:A', 'quantum:capital:efficiency:B'] }, { key: 'quantum:capital:efficiency:A', others: 1, means: expect.stringContaining('no hint') }, {}],
  ['wrong-types', 'a string in the place of a price', { wrongTypes: ['quantum:ticker:A'] }, { means: expect.stringContaining('mark price') }, {}],
  ['wrong-types', 'a string in the place of a window', { wrongTypes: ['quantum:governor:window:{A}'] }, { means: expect.stringContaining('refuses every opening plan') }, {}],
  ['differing-services', 'two governors with other limits', { decisions: limits('a', 'b', 'a', 'b') }, { value: 'a and b' }, { decisions: limits('b', 'b', 'a', 'a') }],
  ['differing-services', 'two builds of governors', { decisions: [1, 2, 1].map((v) => decision({ v: v as 1 | 2, outcome: 'permit' })) }, { field: 'v' }, { decisions: [2, 2, 1].map((v) => decision({ v: v as 1 | 2, outcome: 'permit' })) }],
  ['differing-services', 'two proposers with other policies', { proposals: proposals('a', 'b', 'a') }, { value: 'BTCUSDT: a and b' }, { proposals: proposals('b', 'a', 'a') }],
  ['differing-services', 'steps that judge a score by other bounds', { policies: [policy(0.5), policy(0.6)] }, { field: 'P31_MIN_CONF', value: '0.5 and 0.6' }, { policies: [policy(0.5), policy(0.5)] }],
  ['spelling', 'a slash', { hashes: { scores: [hash('scores', score, 'BTC/USDT')] } }, { value: 'BTC/USDT', owner: 'P3.1' }, {}],
  ['spelling', 'lower case and a dash', { plans: [entry({ ...entryWithPrice, symbol: 'btc-usdt' })] }, { value: 'btc-usdt', owner: 'who publishes plans' }, { plans: [entry({ ...entryWithPrice, symbol: 'ETHUSDT' })] }],
  ['stale-symbols', 'one symbol that is old', { hashes: { targets: [hash('targets', aged(900)), hash('targets', aged(8), 'ETHUSDT')] } }, { key: 'quantum:allocation:target:BTCUSDT', value: '15 min old' }, { hashes: { targets: [hash('targets', aged(299))] } }],
  ['unmatched', 'a target without a score', { hashes: { targets: [hash('targets', target), hash('targets', target, 'ETHUSDT')] } }, { key: 'quantum:allocation:target:ETHUSDT', value: 'no score' }, { hashes: { targets: [hash('targets', target), hash('targets', target, 'PROOF_AUSDT')] } }],
  ['unmatched', 'a score without a target', { hashes: { scores: [hash('scores', score), hash('scores', score, 'ETHUSDT')] } }, { value: 'no target' }, { hashes: { scores: [hash('scores', score, 'BTC/USDT')] } }],
  ['negative-targets', 'a losing symbol', { hashes: { targets: [hash('targets', { ...target, target_usd: '-310.5' })] } }, { value: '"-310.5"' }, { hashes: { targets: [hash('targets', { ...target, target_usd: '0' })] } }],
  ['plan-letters', 'the old nested payload', { plans: [entry(NEIGHBOURS.nestedPlan)] }, { value: 'absent; it has payload', means: expect.stringContaining('(invalid_plan_id)') }, { plans: [entry(plan)] }],
  ['plan-letters', 'a quantity with a comma', { plans: [entry({ ...plan, qty: '0,5' })] }, { field: 'qty', value: '"0,5"' }, { plans: [entry({ ...NEIGHBOURS.close, qty: '0,5' })] }],
  ['ignored-hints', 'a size as if there were no hint', { decisions: [hinted(0.002)], results: [entry(executed)] }, { value: expect.stringContaining('hinted 0.0008888 (factor 0.4444)') }, { decisions: [hinted(0.0045)], results: [entry(executed)] }],
  ['no-ttl', 'a target that never expires', { hashes: { targets: [hash('targets', target, 'BTCUSDT', -1), { ...hash('targets', target), ttlSec: undefined }] } }, { remedy: 'EXPIRE it to 300 s with each write' }, {}],
  ['replicas', 'a server alone', server({ replicas: 0 }), { value: '0' }, server({ replicas: undefined })],
  ['replicas', 'a replica that was asked', server({ replicas: 0, master: { address: 'db-2:6379', isConnected: true } }), { harm: 'note', value: 'replica of db-2:6379' }, server({ replicas: 1 })],
  ['replicas', 'a replica that has lost its master', server({ replicas: 0, master: { address: 'db-2:6379', isConnected: false } }), { harm: 'idle', means: expect.stringContaining('is old') }, server({ replicas: 0 })],
  ['notifications', 'an annotator that hears nothing', { ...stream({ groups: [{ name: 'governor-annotate', lastDeliveredId: '2-0', pending: 0 }] }), ...server({ notifications: 'Ex' }) }, { value: '"Ex"' }, server({ notifications: '' })],
  ['own-rights', 'what is denied', { unread: [{ what: 'CONFIG', why: 'NOPERM', isDenied: true }, { what: 'SCAN', why: 'NOPERM', isDenied: true }] }, { value: 'CONFIG', others: 1 }, { unread: [{ what: 'keys', why: 'too many', isDenied: false }] }],
  ['own-rights', 'a user that everyone is', { user: 'default' }, { key: 'ACL WHOAMI' }, { user: 'ben' }],
]; // prettier-ignore

describe('doctor', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(diagnose(HEALTHY)).toEqual([]);
  });

  it.each(CASES)('%s: finds %s', (check, _, finds, found, passes) => {
    expect(of(check, factsWith(finds))).toContainEqual(expect.objectContaining(found));
    expect(of(check, factsWith(passes))).not.toContainEqual(expect.objectContaining(found));
  });

  it('takes what concerns single symbols for less harmful', () => {
    const broken = { ...score, efficiency_score: '0,9' };
    expect(of('not-a-number', factsWith(scores(broken, broken)))).toMatchObject([{ harm: 'idle' }]);
    expect(of('not-a-number', factsWith(scores(broken, score)))).toMatchObject([{ harm: 'part' }]);
  });

  it('has a case for each check', () => {
    expect([...new Set(CASES.map(([check]) => check))].sort()).toEqual(CHECKS.map(({ name }) => name).sort());
  });
});

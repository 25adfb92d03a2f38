import { describe, expect, it } from '@jest/globals';
import { disarmKey, KILL_KEY } from '@quantum/redis-schemas';
import { entry, NOW, plan, proposal, SERVICES } from '../readings.test-support.js';
import type { CycleReadings, SignReading } from '../readings.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { foldCycle, newModel } from './model.js';

const after = (...all: CycleReadings[]): Snapshot => all.reduce(foldCycle, newModel(SERVICES)).snapshot;

describe('services', () => {
  const sign = (app: string, given: Partial<SignReading>): SignReading => ({ app, instances: 0, hasRun: true, lastSec: null, lagEntries: null, pendingEntries: null, ...given }); // prettier-ignore
  const stateOf = (app: string, given: Partial<SignReading>): string | undefined =>
    after({ nowSec: NOW, signs: [sign(app, given)] }).services.find(({ name }) => SERVICES.some((one) => one.name === name && one.app === app))?.state; // prettier-ignore

  it.each([
    ['alive', 'allocation-target', { instances: 1, lastSec: NOW - 60 }],
    ['silent', 'allocation-target', { instances: 1, lastSec: NOW - 61 }],
    ['silent', 'allocation-target', { lastSec: NOW - 9 }],
    ['absent', 'allocation-target', { hasRun: false }],
    ['unknown', 'governor-plugin', { instances: null }],
    ['absent', 'governor-plugin', { instances: null, hasRun: false }],
    ['silent', 'efficiency-brain', { lastSec: NOW - 86_400 }],
    ['absent', 'efficiency-brain', { lastSec: NOW - 86_401 }],
    ['absent', 'efficiency-brain', {}],
  ] as const)('are %s: %s with %j', (state, app, given) => {
    expect(stateOf(app, given)).toBe(state);
  });

  it('that wait for plans are not called alive where Redis does not say so', () => {
    const look = (nowSec: number, lastSec: number) => ({ nowSec, signs: [sign('governor-plugin', { instances: null, lagEntries: 0, lastSec })] }); // prettier-ignore
    const first = foldCycle(newModel(SERVICES), look(NOW, NOW - 300));
    const governor = first.snapshot.services.find(({ name }) => name === 'governor');
    expect(governor).toMatchObject({
      state: 'unknown',
      why: expect.stringMatching(/^no plan waits/),
      lastSec: NOW - 300,
    });
    expect(first.snapshot.problems.map(({ where }) => where)).not.toContain('governor');
    // Idle times are rounded: a second more or less is the same read.
    expect(foldCycle(first, look(NOW + 2, NOW - 299)).snapshot.services).toBe(first.snapshot.services);
  });

  it('are not known while Redis is away: what they left there is old', () => {
    const signs = [sign('governor-plugin', { instances: 2 }), sign('allocation-target', { instances: 1, lastSec: NOW })];
    const away = { nowSec: NOW + 3600, away: 'the connection was lost' };
    for (const readings of [[away], [{ nowSec: NOW, signs }, away]]) {
      const { services, problems } = after(...readings);
      expect(services.map(({ state, why }) => `${state}, ${why}`)).toEqual(services.map(() => 'unknown, its signs of life are in Redis, which is away'));
      expect(services.map(({ instances }) => instances)).toEqual(services.map(() => null));
      expect(problems.map(({ where }) => where)).toEqual(['redis']);
    }
    const probes = [{ app: 'governor-plugin', status: 200, text: 'ready' }];
    expect(after({ ...away, probes }).services.find(({ name }) => name === 'governor')?.state).toBe('ready');
    expect(after(away, { nowSec: NOW, signs }).services.find(({ name }) => name === 'governor')?.state).toBe('alive');
  }); // prettier-ignore

  it('say why they are not ready where they are asked', () => {
    const probes = [
      { app: 'allocation-target', status: 200, text: 'ready: standby\n' },
      { app: 'governor-plugin', status: 503, text: 'the last poll failed\n' },
      { app: 'efficiency-brain', status: null, text: 'connect ECONNREFUSED' },
    ];
    const { services, problems } = after({ nowSec: NOW, probes });
    expect(services.map(({ state, why }) => [state, why])).toEqual([
      ['ready', 'standby'],
      ['not_ready', 'the last poll failed'],
      ['unreachable', 'connect ECONNREFUSED'],
    ]);
    expect(problems.map(({ where }) => where)).toEqual(['governor', 'brain']);
  });
});

it('a part of a Cluster that is down is one problem, however the client words it, until it answers', () => {
  const down = (why: string): CycleReadings => ({ nowSec: NOW, partAway: `10.0.0.3:6379${why}` });
  const first = foldCycle(newModel(SERVICES), down(': Connection is closed.'));
  expect(first.snapshot.problems).toContainEqual({ where: 'redis', words: 'A part of the Cluster does not answer (10.0.0.3:6379): what it holds is shown as it was.' }); // prettier-ignore
  expect(foldCycle(first, down(' is not connected')).snapshot).toBe(first.snapshot);
  expect(foldCycle(first, { nowSec: NOW }).snapshot.problems.map(({ where }) => where)).not.toContain('redis');
});

describe('switches', () => {
  const kill = (value: string | null | undefined, leftMs = -1): CycleReadings => ({ nowSec: NOW, switches: [{ key: KILL_KEY, value, leftMs }] }); // prettier-ignore

  it('are on, off or unreadable; a change is an incident', () => {
    expect(after(kill(' FALSE ')).switches[0]?.state).toBe('off');
    expect(after(kill('1')).incidents).toEqual([]);
    const turned = after(kill(null), kill('1', 5000));
    expect(turned.switches[0]).toMatchObject({ state: 'on', value: '1', untilSec: NOW + 5 });
    expect(turned.incidents).toMatchObject([{ kind: 'kill_switch', words: `${KILL_KEY} turned on ("1").` }]);
    expect(after(kill(undefined)).problems).toContainEqual({ where: 'switches', words: expect.stringContaining('cannot be read: gates refuse') }); // prettier-ignore
  });

  it('say what they refuse: a latch only what opens, a kill switch also what closes', () => {
    const latch = { nowSec: NOW, switches: [{ key: disarmKey('2025-11-17'), value: '{}', leftMs: 1000 }] };
    expect(after(latch).problems).toContainEqual({ where: 'switches', words: expect.stringContaining('closing plans go on') }); // prettier-ignore
    expect(after(kill('1')).problems).toContainEqual({ where: 'switches', words: expect.stringContaining('every plan is refused, closing plans included') }); // prettier-ignore
  });

  it('that expire do so at one time, however often they are read', () => {
    const jitter = { ...kill('1', 4700), nowSec: NOW + 0.4 };
    const first = foldCycle(newModel(SERVICES), kill('1', 5000));
    expect(foldCycle(first, jitter).snapshot.switches).toBe(first.snapshot.switches);
  });
});

describe('what operators did', () => {
  const did = (user: string, fields: Readonly<Record<string, string>>) => ({ user, entries: [entry(NOW, { ts_epoch: String(NOW), ...fields })] }); // prettier-ignore

  it('is an incident, with who, what and why', () => {
    const operatorAudits = [
      did('ana', { action: 'kill on', reason: 'prices look odd', before: '', after: 'quantum:kill=1' }),
      did('ben', { action: 'disarm clear', reason: '', before: '1', after: '' }),
      did('eve', { reason: 'no action' }),
    ];
    expect(after({ nowSec: NOW, operatorAudits }).incidents).toMatchObject([
      { kind: 'operator', atSec: NOW, words: 'disarm clear by ben, from 1 to absent' },
      { kind: 'operator', atSec: NOW, words: 'kill on by ana, from absent to quantum:kill=1: prices look odd' },
    ]);
  });
});

describe('an outage of Redis', () => {
  it('keeps what was known, and is an incident when it is over', () => {
    const known = { nowSec: NOW, proposals: [proposal(NOW, 'AAA')] };
    const away = { nowSec: NOW + 5, away: 'the connection was lost' };
    const during = after(known, away, { ...away, nowSec: NOW + 9 });
    expect(during.redis).toMatchObject({ isAnswering: false, awaySinceSec: NOW + 5, why: 'the connection was lost' });
    expect(during.symbols.size).toBe(1);
    const over = after(known, away, { nowSec: NOW + 10 });
    expect(over.incidents).toMatchObject([{ kind: 'redis', words: expect.stringMatching(/^Redis did not answer from .*: the connection was lost$/) }]); // prettier-ignore
  });
});

describe('a change of policy', () => {
  const decided = (sec: number, symbol: string, policy: string, sequence = 0) => proposal(sec, symbol, { policy }, sequence); // prettier-ignore
  it('is an incident, once, and a symbol that is new is none', () => {
    const first = { nowSec: NOW, proposals: [decided(NOW, 'AAA', 'a'), decided(NOW, 'BBB', 'a', 1)] };
    const added = { nowSec: NOW + 1, proposals: [decided(NOW + 1, 'CCC', 'c')] };
    const changed = { nowSec: NOW + 2, proposals: [decided(NOW + 2, 'AAA', 'b')] };
    const rest = { nowSec: NOW + 3, proposals: [decided(NOW + 3, 'BBB', 'b')] };
    expect(after(first, added).incidents).toEqual([]);
    expect(after(first, added, changed, rest).incidents).toMatchObject([
      { kind: 'policy', atSec: NOW + 2, words: 'Proposals are decided by b from now on.' },
    ]);
  });
});

describe('gaps', () => {
  it('are counted', () => {
    expect(after({ nowSec: NOW, plans: [plan(NOW, 'p1')], gaps: ['a', 'b'] }).totals.gaps).toBe(2);
  });
});

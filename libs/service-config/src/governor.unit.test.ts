import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig } from '@quantum/service-kit';
import { ADVISORY_GATES, ENTRY_GATES, WINDOW_GATES } from '@quantum/risk-gates';
import { governorDefinition } from './index.js';

type Env = Record<string, string>;
const load = (env: Env) => loadConfig(governorDefinition, env);
const violations = (env: Env): readonly string[] => {
  try {
    load(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.violations;
    throw error;
  }
};

describe('the governor refuses', () => {
  it.each<[Env, RegExp]>([
    [{ GOV_KILL_SCORE_CRITICAL: '1.01' }, /^GOV_KILL_SCORE_CRITICAL: '1.01' is not allowed, must be a number in 0..1/],
    [{ GOV_PLAN_MAX_AGE_SEC: '50000' }, /GOV_DECISION_TTL_SEC must be at least twice GOV_PLAN_MAX_AGE_SEC/],
  ])('%j', (env, what) => {
    expect(violations(env)).toEqual([expect.stringMatching(what)]);
  });

  it.each(
    Object.entries({
      P31_MAX_FUTURE_SEC: 86_400,
      P31_EFF_TTL_SEC: 604_800,
      GOV_PLAN_MAX_AGE_SEC: 604_800,
      GOV_PRICE_BAND: 100,
      GOV_CLAIM_IDLE_SEC: 86_400,
      GOV_DECISION_TTL_SEC: 31_536_000,
      GOV_MAX_DELIVERIES: 1000,
    }),
  )('%s above %d, which is no such limit any more', (name, most) => {
    const related = { GOV_DECISION_TTL_SEC: '31536000', GOV_PLAN_MAX_AGE_SEC: '604800' };
    expect(violations({ ...related, [name]: String(most) })).toEqual([]);
    for (const value of [String(most + 1), '1e9', '1e300']) {
      expect(violations({ ...related, [name]: value })).toEqual([expect.stringContaining(`${name}: '${value}' is`)]);
    }
  });

  const GOOD_KEYS = 'quantum:kill,quantum:governor:halt';
  it.each([
    'quantum:permit:p1',
    'quantum:permit:',
    'quantum:governor:block:p1',
    'quantum:governor:disarm:2026-01-01',
    'quantum:governor:limits',
    'quantum:governor:',
    'quantum:stream:apply.plan',
    'quantum:stream:governor.events',
    'quantum:stream:of.another.team',
    'quantum:allocation:target:BTCUSDT',
    'quantum:allocation:proposed:last_cycle',
    'quantum:capital:efficiency:BTCUSDT',
    'quantum:portfolio:budget:BTCUSDT',
    'quantum:state:positions:BTCUSDT',
    'quantum:policy:parameters',
  ])('the kill key %s, which is another key or stream', (key) => {
    const refused = [expect.stringMatching(/^GOV_KILL_KEYS=.*: GOV_KILL_KEYS must not name/)];
    expect(violations({ GOV_KILL_KEYS: `${GOOD_KEYS},${key}` })).toEqual(refused);
  });

  it('a kill key that is a stream which a variable renamed', () => {
    expect(violations({ GOV_KILL_KEYS: `${GOOD_KEYS},mine`, STREAM_PLANS: 'its,mine' })).toHaveLength(1);
    expect(violations({ GOV_KILL_KEYS: `${GOOD_KEYS},mine`, STREAM_EVENTS: 'mine' })).toHaveLength(1);
  });

  it.each(['foo', 'quantum:kill', 'quantum:governor:halt', 'quantum:kil,quantum:governor:halt'])(
    'the kill keys %s in production: a switch that operators or the lockdown guard set is not read',
    (keys) => {
      const production = { APPLY_MODE: 'production', GOV_KILL_KEYS: keys };
      expect(violations(production)).toEqual([
        expect.stringMatching(/must name quantum:kill and quantum:governor:halt/),
      ]);
      expect(violations({ ...production, GOVERNOR_ROLE: 'annotate' })).toEqual([]);
    },
  );

  it('no kill key but the switches', () => {
    const env = { APPLY_MODE: 'production', GOV_KILL_KEYS: `desk:kill,${GOOD_KEYS}` };
    expect(violations(env)).toEqual([]);
    expect(load(env).warnings).toEqual([]);
  });

  it('nothing at the limits', () => {
    expect(violations({ GOV_KILL_SCORE_CRITICAL: '1', GOV_PLAN_MAX_AGE_SEC: '43200' })).toEqual([]);
  });
});

describe('the governor warns of', () => {
  it.each<[Env, RegExp]>([
    [{ APPLY_MODE: 'dry_run' }, /^GOVERNOR_ROLE='issue', APPLY_MODE='dry_run': .* a permit for every plan/],
    [{ GOV_MAX_EXEC_PER_5MIN: '4' }, /burst_rate never refuses/],
    [{ GOV_MAX_EXEC_PER_5MIN: '3' }, /burst_rate never refuses/],
    [{ GOV_KILL_KEYS: 'foo' }, /^GOV_KILL_KEYS='foo': .* does not read quantum:kill or quantum:governor:halt/],
    [{ GOV_KILL_KEYS: 'quantum:kill', GOVERNOR_ROLE: 'annotate' }, /does not read/],
    [{ APPLY_MODE: 'production', GOV_MAX_NOTIONAL_PER_DAY_USD: '100000001' }, /practically no daily limit/],
    [{ APPLY_MODE: 'production', GOV_MAX_NOTIONAL_PER_DAY_USD: '1e300' }, /practically no daily limit/],
    [{ APPLY_MODE: 'production', GOV_MAX_EXEC_PER_HOUR: '3601' }, /practically no hourly limit/],
    [{ GOV_GATE_KILL_SWITCH: 'off' }, /^GOV_GATE_KILL_SWITCH='off': the gate kill_switch is enforced anyway/],
    [{ GOV_GATE_KILL_SWITCH: 'shadow', APPLY_MODE: 'production' }, /enforced anyway/],
    [{ GOV_CLAIM_IDLE_SEC: '0.999' }, /set GOV_CLAIM_IDLE_SEC to 1 or more/],
  ])('%j', (env, what) => {
    expect(load(env).warnings).toEqual([expect.stringMatching(what)]);
  });

  it.each([...ENTRY_GATES, ...WINDOW_GATES].map(({ name }) => name).filter((name) => name !== 'kill_switch'))(
    'the safety gate %s that is not enforced, in production alone',
    (name) => {
      const variable = `GOV_GATE_${name.toUpperCase()}`;
      for (const mode of ['off', 'shadow']) {
        expect(load({ APPLY_MODE: 'production', [variable]: mode }).warnings).toEqual([
          expect.stringContaining(`${variable}='${mode}': production runs without the safety gate ${name}`),
        ]);
        expect(load({ APPLY_MODE: 'testnet', [variable]: mode }).warnings).toEqual([]);
      }
    },
  );

  it('nothing of that where advisory gates are off, or where it issues nothing', () => {
    const advisory = Object.fromEntries(ADVISORY_GATES.map(({ name }) => [`GOV_GATE_${name.toUpperCase()}`, 'off']));
    expect(load({ APPLY_MODE: 'production', ...advisory }).warnings).toEqual([]);
    const annotate = { GOVERNOR_ROLE: 'annotate', GOV_GATE_KILL_SCORE: 'off' };
    expect(load({ ...annotate, APPLY_MODE: 'production' }).warnings).toEqual([]);
    expect(load({ ...annotate, APPLY_MODE: 'dry_run' }).warnings).toEqual([]);
    const unlimited = { GOV_MAX_NOTIONAL_PER_DAY_USD: '1e12', GOV_MAX_EXEC_PER_HOUR: '99999' };
    expect(load({ ...unlimited, APPLY_MODE: 'testnet' }).warnings).toEqual([]);
    expect(load({ ...unlimited, ...annotate, APPLY_MODE: 'production' }).warnings).toEqual([]);
  });

  it.each(['enforce', 'shadow', 'off'])('an effective target that no gate takes, %s', (mode) => {
    const env = { GOV_GATE_ALLOCATION_CAP: mode };
    const warnings = mode === 'off' ? [expect.stringContaining('no gate takes the effective target')] : [];
    expect(load({ ...env, GOV_ALLOCATION_TARGET: 'effective' }).warnings).toEqual(warnings);
    expect(load({ ...env, GOV_ALLOCATION_TARGET: 'live' }).warnings).toEqual([]);
  });

  it.each(['shadow', 'off'])('no rates of which hourly_rate does not refuse first (%s)', (mode) => {
    expect(load({ GOV_GATE_HOURLY_RATE: mode, GOV_MAX_EXEC_PER_5MIN: '3' }).warnings).toEqual([]);
  });

  it.each<Env>([
    { GOV_MAX_EXEC_PER_5MIN: '3', GOV_MAX_EXEC_PER_HOUR: '3' },
    { GOV_MAX_EXEC_PER_5MIN: '9', GOV_MAX_EXEC_PER_HOUR: '3' },
    { GOV_GATE_BURST_RATE: 'shadow' },
    { GOV_GATE_BURST_RATE: 'off' },
    { GOV_SYMBOL_COOLDOWN_SECONDS: '150' },
  ])('a disarm latch that burst_rate never sets: %j', (env) => {
    const never = expect.stringContaining('the disarm latch is never set') as unknown;
    expect(load({ ...env, GOV_DISARM_ON_BURST_BREACH: 'true' }).warnings).toContainEqual(never);
    expect(load(env).warnings).not.toContainEqual(never);
  });

  it.each<Env>([
    {},
    { GOV_SYMBOL_COOLDOWN_SECONDS: '149.9' },
    { GOV_SYMBOL_COOLDOWN_SECONDS: '150', GOV_COUNT_CLOSES: 'true' },
    { GOV_SYMBOL_COOLDOWN_SECONDS: '150', GOV_GATE_SYMBOL_COOLDOWN: 'off' },
    { GOV_MAX_EXEC_PER_5MIN: '3', GOV_GATE_HOURLY_RATE: 'off' },
    { GOV_MAX_EXEC_PER_5MIN: '0' },
  ])('no disarm latch that burst_rate can set: %j', (env) => {
    expect(load({ ...env, GOV_DISARM_ON_BURST_BREACH: 'true' }).warnings).toEqual([]);
  });

  it('nothing at the limits', () => {
    const env = {
      APPLY_MODE: 'production',
      GOV_MAX_EXEC_PER_5MIN: '2',
      GOV_MAX_EXEC_PER_HOUR: '3',
      GOV_CLAIM_IDLE_SEC: '1',
    };
    expect(load(env).warnings).toEqual([]);
  });
});

it('notes where an entry is dead-lettered before its plan is too old', () => {
  expect(load({}).notes).toEqual([expect.stringContaining('is dead-lettered before it reaches GOV_PLAN_MAX_AGE_SEC')]);
  expect(load({ GOV_MAX_DELIVERIES: '12' }).notes).toEqual([]);
});

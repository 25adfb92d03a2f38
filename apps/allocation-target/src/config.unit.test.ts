import { describe, expect, it } from '@jest/globals';
import { loadConfig, type ConfigError } from '@quantum/service-kit';
import { definition } from './config.js';
import { proposerService } from './service.js';

const violations = (env: Record<string, string>): readonly string[] => {
  try {
    loadConfig(definition, env);
    return [];
  } catch (error) {
    return (error as ConfigError).violations;
  }
};

describe('the configuration', () => {
  it('has the defaults of the contract', () => {
    const { config, warnings } = loadConfig(definition, {});
    expect(config).toEqual({
      redisUrl: undefined,
      redisHost: 'localhost',
      redisPort: 6379,
      redisDb: 0,
      minConfidence: 0.65,
      maxFutureSec: 60,
      metricsHost: '127.0.0.1',
      metricsMaxSymbols: 500,
      logLevel: 'info',
      staleSec: 600,
      minMultiplier: 0.5,
      maxMultiplier: 1.5,
      scale: 1,
      base: 1,
      smoothingHalflifeSec: 0,
      budget: 'off',
      streamName: 'quantum:stream:allocation.target.proposed',
      streamMaxlen: 10_000,
      keyTtlSec: 600,
      loopIntervalSec: 10,
      discoveryIntervalSec: 10,
      metricsPort: 8065,
      shards: 1,
    });
    expect(warnings).toEqual([]);
  });

  it('lists every contradiction at once', () => {
    const found = violations({
      P31_MIN_MULT: '2',
      P31_MAX_MULT: '1.5',
      PROPOSE_KEY_TTL: '10',
      LOOP_INTERVAL_SEC: '10',
      PROPOSE_STREAM_NAME: 'quantum:allocation:target:BTCUSDT',
      PROPOSER_SHARDS: '0',
    });
    expect(found).toHaveLength(4);
    for (const part of [
      'P31_MIN_MULT must not',
      'PROPOSE_KEY_TTL must',
      'PROPOSE_STREAM_NAME must',
      'PROPOSER_SHARDS',
    ]) {
      expect(found.filter((line) => line.includes(part))).toHaveLength(1);
    }
  });

  it.each([
    ['P31_MIN_MULT', '-0.1'],
    ['P31_SCALE', '0x10'],
    ['P31_STALE_SEC', '-1'],
    ['PROPOSE_KEY_TTL', '10.5'],
    ['PROPOSE_STREAM_MAXLEN', '0'],
    ['LOOP_INTERVAL_SEC', '0'],
    ['DISCOVERY_INTERVAL_SEC', 'ten'],
    ['PROPOSE_STREAM_NAME', 'two words'],
    ['P31_BASE', '1.0 # the base'],
  ])('refuses %s=%s', (name, value) => {
    expect(violations({ [name]: value })).toEqual([expect.stringContaining(name)]);
  });

  it.each([
    'quantum:stream:allocation.decision',
    'quantum:stream:apply.plan',
    'quantum:kill',
    'quantum:allocation:proposed:last_cycle',
    'quantum:allocation:target:proposed:BTCUSDT',
    'quantum:capital:efficiency:BTCUSDT',
  ])('does not write proposals to %s', (name) => {
    expect(violations({ PROPOSE_STREAM_NAME: name })).toHaveLength(1);
  });

  it('takes a stream name of its own', () => {
    expect(violations({ PROPOSE_STREAM_NAME: 'trial:proposals' })).toEqual([]);
  });

  it('knows the names of the governor and warns of unknown names', () => {
    const known = {
      GOV_GATE_KILL_SCORE: 'off',
      GOV_PRICE_BAND: '0.5',
      GOVERNOR_ROLE: 'issue',
      APPLY_MODE: 'testnet',
      STREAM_PLANS: 's',
      P31_MIN_FACTOR: '0.3',
    };
    expect(proposerService.load(known).warnings).toEqual([]);
    const { warnings } = proposerService.load({ P31_MIN_MULTI: '0.5' });
    expect(warnings).toEqual([expect.stringMatching(/^P31_MIN_MULTI is not a known name .* P31_MIN_MULT$/)]);
  });
});

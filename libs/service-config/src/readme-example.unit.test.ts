import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@quantum/service-kit';
import { governorDefinition, proposerDefinition, SERVICE_VARIABLES } from './index.js';

describe('the example in the README', () => {
  it('runs', () => {
    // example
    const { config } = loadConfig(governorDefinition, { GOV_MAX_EXEC_PER_HOUR: '10', APPLY_MODE: 'dry_run' });
    console.assert(config.maxExecPerHour === 10);
    console.assert(config.symbolCooldownSec === 60); // the default
    // end
    expect(config).toMatchObject({ maxExecPerHour: 10, applyMode: 'dry_run', symbolCooldownSec: 60 });
  });

  it('is in the README', () => {
    const source = readFileSync(__filename, 'utf8');
    const example = /\/\/ example\n([\s\S]*?)\n *\/\/ end/.exec(source)?.[1] ?? '';
    const code = example.replace(/^ {4}/gm, '');
    expect(readFileSync(join(__dirname, '..', 'README.md'), 'utf8')).toContain(code);
  });
});

describe('both definitions', () => {
  it('give the defaults for an empty environment, without a warning', () => {
    expect(loadConfig(proposerDefinition, {}).warnings).toEqual([]);
    expect(loadConfig(governorDefinition, {}).warnings).toEqual([]);
  });

  it('know each other’s names: one environment may serve both', () => {
    const both = { P31_STALE_SEC: '600', GOV_MAX_EXEC_PER_HOUR: '3', GOV_GATE_KILL_SCORE: 'shadow' };
    expect(loadConfig(proposerDefinition, both, SERVICE_VARIABLES).warnings).toEqual([]);
    expect(loadConfig(governorDefinition, both, SERVICE_VARIABLES).warnings).toEqual([]);
  });

  it.each([
    ['quantum:stream:apply.plan', 'STREAM_EVENTS', governorDefinition],
    ['quantum:stream:governor.deadletter', 'STREAM_EVENTS', governorDefinition],
    ['quantum:allocation:target:BTC', 'STREAM_EVENTS', governorDefinition],
    ['quantum:stream:governor.events', 'STREAM_PLANS', governorDefinition],
    ['quantum:permit:x', 'STREAM_PLANS', governorDefinition],
    ['desk:plans,quantum:permit:x', 'STREAM_PLANS', governorDefinition],
    ['desk:plans,desk:plans', 'STREAM_PLANS', governorDefinition],
    ['desk:plans,', 'STREAM_PLANS', governorDefinition],
    ['desk:plans:{0},desk:exits:{0}', 'STREAM_PLANS', governorDefinition],
    ['quantum:permit:x', 'PROPOSE_STREAM_NAME', proposerDefinition],
    ['quantum:allocation:target:BTC', 'PROPOSE_STREAM_NAME', proposerDefinition],
  ])('let no stream be called %s (%s)', (name, variable, definition) => {
    expect(() => loadConfig(definition as typeof governorDefinition, { [variable]: name })).toThrow(variable);
  });

  it('let streams be renamed, but not two of them alike', () => {
    const renamed = { STREAM_PLANS: 'desk:plans', STREAM_EVENTS: 'desk:events' };
    expect(loadConfig(governorDefinition, renamed).config).toMatchObject({ plansStreams: ['desk:plans'] });
    expect(() => loadConfig(governorDefinition, { ...renamed, STREAM_EVENTS: 'desk:plans' })).toThrow('STREAM_EVENTS');
  });

  it('let there be several streams of plans, of which none is the stream of events', () => {
    const several = { STREAM_PLANS: 'quantum:stream:apply.plan:{0}, quantum:stream:apply.plan:{1}' };
    const plansStreams = ['quantum:stream:apply.plan:{0}', 'quantum:stream:apply.plan:{1}'];
    expect(loadConfig(governorDefinition, several).config).toMatchObject({ plansStreams });
    for (const name of plansStreams) {
      expect(() => loadConfig(governorDefinition, { ...several, STREAM_EVENTS: name })).toThrow('STREAM_EVENTS');
    }
  });

  it('list every contradiction at once', () => {
    const env = { GOV_CLAIM_IDLE_SEC: '30', GOV_MAX_DELIVERIES: '0', P31_MIN_FACTOR: 'small' };
    for (const name of Object.keys(env)) expect(() => loadConfig(governorDefinition, env)).toThrow(name);
  });
});

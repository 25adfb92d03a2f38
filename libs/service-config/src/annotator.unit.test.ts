import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig, renderEnvFile } from '@quantum/service-kit';
import { annotatorDefinition, governorDefinition, SERVICE_VARIABLES } from './index.js';

const load = (env: Record<string, string>) => loadConfig(annotatorDefinition, env, SERVICE_VARIABLES);

/** The assignments of an env file. */
const assigned = (file: string): Record<string, string> =>
  Object.fromEntries([...file.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));

describe('the annotator', () => {
  it('takes an env file of the time when it was the governor in another role', () => {
    const env = { ...assigned(renderEnvFile(governorDefinition, '')), GOVERNOR_ROLE: 'annotate', METRICS_PORT: '8046' };
    expect(load(env)).toMatchObject({ config: { metricsPort: 8046, planMaxAgeSec: 60 }, warnings: [] });
  });

  it('has an env file by which a governor annotates too: a release that is rolled back to issues nothing', () => {
    const { config } = loadConfig(governorDefinition, assigned(renderEnvFile(annotatorDefinition, '')));
    expect(config).toMatchObject({ role: 'annotate', metricsPort: 8046 });
  });

  it.each([
    [{ GOVERNOR_ROLE: 'issue' }, /^GOVERNOR_ROLE: 'issue' is not allowed, must be one of annotate/],
    [{ GOV_CLAIM_IDLE_SEC: '21' }, /at most a third of GOV_PLAN_MAX_AGE_SEC/],
    [{ STREAM_PLANS: 'quantum:stream:governor.events' }, /STREAM_PLANS must not name another/],
  ])('does not start with %j', (env, violation) => {
    let violations: readonly string[] = [];
    try {
      load(env);
    } catch (error) {
      if (error instanceof ConfigError) violations = error.violations;
    }
    expect(violations).toEqual([expect.stringMatching(violation)]);
  });

  it('warns of a claim of entries that are still in work', () => {
    expect(load({ GOV_CLAIM_IDLE_SEC: '0.5' }).warnings).toEqual([expect.stringMatching(/to 1 or more/)]);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createPolicyBook, PROPOSAL_PARAMETERS } from '@quantum/efficiency-policy';
import { governorDefinition, proposerDefinition } from '@quantum/service-config';
import { loadConfig } from '@quantum/service-kit';
import { hintStep, policyJsonSchema, proposalStep, readPolicyFile } from './index.js';

const EXAMPLE = join(__dirname, '..', '..', '..', 'deploy', 'policy', 'policy.example.json');
const proposals = proposalStep(loadConfig(proposerDefinition, {}).config);
const hints = hintStep(loadConfig(governorDefinition, {}).config);

describe('deploy/policy/policy.example.json', () => {
  const { file, violations } = readPolicyFile(EXAMPLE);

  it('is accepted by both services', () => {
    expect(violations).toBeUndefined();
    expect(createPolicyBook(file!, proposals).book?.of('BTCUSDT').parameters).toMatchObject({
      minConfidence: 0.7,
      scale: 0.8,
      maxMultiplier: 1.2,
      smoothingHalflifeSec: 60,
    });
    const { book } = createPolicyBook(file!, hints);
    expect(book?.of('BTCUSDC').parameters).toMatchObject({ minConfidence: 0.7, downsizeThreshold: 0.4 });
    expect(book?.of('ETH_PERP').parameters).toMatchObject({ maxAgeSec: 120, downsizeThreshold: 0.45 });
  });

  it('names no schema: an installed release has none, and no relative path would hold after a copy', () => {
    expect(JSON.parse(readFileSync(EXAMPLE, 'utf8'))).not.toHaveProperty('$schema');
  });
});

describe('the schema', () => {
  it('has every parameter, with the range of its variable, and the limit of groups', () => {
    const { $defs, properties: sections } = policyJsonSchema() as {
      $defs: { parameters: { properties: Record<string, object> } };
      properties: object;
    };
    expect(sections).toMatchObject({ groups: { type: 'array', maxItems: 1000 } });
    const { properties } = $defs.parameters;
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(PROPOSAL_PARAMETERS)));
    expect(properties).toMatchObject({
      P31_MIN_CONF: { type: 'number', minimum: 0, maximum: 1 },
      P31_DOWNSIZE_THRESHOLD: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
      P31_SMOOTHING_HALFLIFE_SEC: { type: 'number', minimum: 0, maximum: 86_400 },
      P31_HINT_CLOSES: { type: 'boolean' },
    });
  });
});

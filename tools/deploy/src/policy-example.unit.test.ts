import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createPolicyBook } from '@quantum/efficiency-policy';
import { hintStep, proposalStep, readPolicyFile } from '@quantum/policy';
import { governorDefinition, proposerDefinition } from '@quantum/service-config';
import { loadConfig } from '@quantum/service-kit';
import { REPO_ROOT } from './repo-root.js';

const EXAMPLE = join(REPO_ROOT, 'deploy', 'policy', 'policy.example.json');
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

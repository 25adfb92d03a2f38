import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createPolicyBook, NO_POLICY_FILE } from '@quantum/efficiency-policy';
import { governorDefinition } from '@quantum/service-config';
import { loadConfig } from '@quantum/service-kit';
import { hintStep, parsePolicyFile } from './index.js';

describe('the example in the README', () => {
  it('runs', () => {
    // example
    const { config } = loadConfig(governorDefinition, { P31_DOWNSIZE_THRESHOLD: '0.3' });
    const { file } = parsePolicyFile('{"version":1,"symbols":{"BTCUSDT":{"P31_DOWNSIZE_THRESHOLD":0.2}}}');
    const { book } = createPolicyBook(file ?? NO_POLICY_FILE, hintStep(config));
    console.assert(book?.of('BTCUSDT').parameters.downsizeThreshold === 0.2);
    console.assert(book?.of('ETHUSDT').parameters.downsizeThreshold === 0.3);
    // end
    expect(['BTCUSDT', 'ETHUSDT'].map((symbol) => book?.of(symbol).parameters.downsizeThreshold)).toEqual([0.2, 0.3]);
  });

  it('is the text of the README', () => {
    const source = readFileSync(__filename, 'utf8');
    const example = /\/\/ example\n([\s\S]*?)\n *\/\/ end/.exec(source)?.[1] ?? '';
    const code = example.replace(/^ {4}/gm, '');
    expect(readFileSync(join(__dirname, '..', 'README.md'), 'utf8')).toContain(code);
  });
});

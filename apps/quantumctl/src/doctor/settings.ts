import { parseNumber } from '@quantum/redis-schemas';
import { proposerDefinition } from '@quantum/service-config';
import { loadConfig } from '@quantum/service-kit';
import type { PolicyFacts } from './facts.js';

/** `P31_MIN_CONF` in force: the lowest of the parameter sets that outputs carry, else the default. */
export function minConfidenceOf(policies: readonly PolicyFacts[]): number {
  const values = policies.flatMap(({ parameters }) => {
    const value = parameters?.['P31_MIN_CONF'];
    return parseNumber(String(value)) ?? [];
  });
  return values.length > 0 ? Math.min(...values) : loadConfig(proposerDefinition, {}).config.minConfidence;
}

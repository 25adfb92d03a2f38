import { LAST_CYCLE_KEY } from '@quantum/redis-schemas';
import type { Step } from './proofs/arrangement.js';
import type { Proof } from './proofs/proof.js';
import { redisCli } from './redis.js';
import type { Settings } from './settings.js';
import type { Deployment } from './spawn.js';

/** Commands to investigate a failure, on a deployment that still exists after the run. */
export function commandsFor(
  { redisUrl, allocationMetrics, governorMetrics }: Deployment,
  { proposedStream, plansStream, eventsStream }: Settings,
): (proof: Proof) => string[] {
  const redis = redisCli(redisUrl);
  const bySteps: Record<Step, string[]> = {
    1: [
      ...allocationMetrics.map((url) => `curl -s ${url}/readyz; curl -s ${url}/metrics | grep p29_`),
      `${redis} HGETALL ${LAST_CYCLE_KEY}`,
      `${redis} XREVRANGE ${proposedStream} + - COUNT 3`,
      'journalctl -u quantum-allocation-target -n 50 --no-pager',
    ],
    2: [
      ...governorMetrics.map((url) => `curl -s ${url}/readyz; curl -s ${url}/metrics | grep p32_`),
      `${redis} XINFO GROUPS ${plansStream}`,
      `${redis} XREVRANGE ${eventsStream} + - COUNT 3`,
      'journalctl -u quantum-governor -n 50 --no-pager',
    ],
  };
  return ({ steps }) => steps.flatMap((step) => bySteps[step]);
}

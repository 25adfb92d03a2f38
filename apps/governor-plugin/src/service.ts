import { annotatorWork } from '@quantum/annotator';
import { EFFICIENCY_REASONS, type HintParameters } from '@quantum/efficiency-policy';
import { createGovernorMetrics, type GovernorMetrics } from '@quantum/metrics';
import { planWork } from '@quantum/plan-loop';
import { gateSettings, hintStep, inForce, keepLimits, keepParameters, nameLimits } from '@quantum/policy';
import { GATE_NAMES } from '@quantum/risk-gates';
import { hostService, type ServiceParts, type Work } from '@quantum/service-host';
import { InvalidReadings } from '@quantum/service-kit';
import { decisionSettings, governorDefinition } from './config.js';
import { checkBeforeStart } from './intake/start-checks.js';
import { issue } from './issue.js';

type Parts = ServiceParts<(typeof governorDefinition)['variables'], GovernorMetrics, HintParameters>;

/** The governor. In the role `annotate`, which another release will not have, it does what permit-annotator does. */
export const governorService = hostService({
  name: 'governor-plugin',
  definition: governorDefinition,
  metrics: (options) => createGovernorMetrics({ ...options, known: { gate: GATE_NAMES, reason: EFFICIENCY_REASONS } }),
  step: hintStep,
  build: (parts) => {
    if (parts.config.role === 'issue') return issuerWork(parts);
    parts.logger.warn(
      'GOVERNOR_ROLE=annotate: start permit-annotator instead, the next release does not know this role',
    );
    return annotatorWork(parts);
  },
});

/** Its start fails where `checkBeforeStart` refuses. */
function issuerWork(parts: Parts): Work {
  const { config, logger, policies, redis } = parts;
  const invalidReadings = new InvalidReadings(logger);
  return planWork(parts, {
    streams: config.plansStreams,
    admit: async () => {
      await checkBeforeStart(redis, parts.watch, config);
      await keepParameters(redis, policies, logger);
      await keepLimits(redis, nameLimits(gateSettings(config)), logger);
    },
    serve: (loops, clock) =>
      issue({
        ...parts,
        loops,
        clock,
        settings: inForce(policies, (book) => decisionSettings(config, book, invalidReadings)),
      }),
  });
}

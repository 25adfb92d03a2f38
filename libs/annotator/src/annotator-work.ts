import type { HintParameters } from '@quantum/efficiency-policy';
import type { AnnotatorMetrics } from '@quantum/metrics';
import { permitDecorators } from '@quantum/permit-decorators';
import { planWork, type PlanParts } from '@quantum/plan-loop';
import { inForce, keepParameters, type PolicySource } from '@quantum/policy';
import type { AnnotatorConfig } from '@quantum/service-config';
import type { Work } from '@quantum/service-host';
import { InvalidReadings } from '@quantum/service-kit';
import { runAnnotator } from './run-annotator.js';

/** What the host hands over, as far as an annotator needs it. */
export interface AnnotatorParts extends PlanParts {
  readonly config: Pick<AnnotatorConfig, 'plansStreams' | 'planMaxAgeSec' | 'claimIdleSec'>;
  readonly metrics: AnnotatorMetrics;
  readonly policies: PolicySource<HintParameters>;
}

/** Adds hints to another governor's permits until stopped. */
export function annotatorWork(parts: AnnotatorParts): Work {
  const { config, connect, logger, policies, redis } = parts;
  const invalidReadings = new InvalidReadings(logger);
  return planWork(parts, {
    streams: config.plansStreams,
    admit: () => keepParameters(redis, policies, logger),
    serve: async (loops, clock) => {
      const subscriber = redis.isCluster ? undefined : connect('subscriber');
      const db = 'db' in redis.options ? (redis.options.db ?? 0) : 0;
      const decorators = inForce(policies, (book) => permitDecorators(book, invalidReadings));
      await runAnnotator({ ...parts, loops, clock, decorators, subscriber, db });
      subscriber?.disconnect();
    },
  });
}

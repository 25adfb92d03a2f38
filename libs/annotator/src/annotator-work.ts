import type { HintParameters } from '@quantum/efficiency-policy';
import type { AnnotatorMetrics } from '@quantum/metrics';
import { permitDecorators } from '@quantum/permit-decorators';
import { planWork, type PlanParts } from '@quantum/plan-loop';
import { inForce, keepParameters, type PolicySource } from '@quantum/policy';
import type { AnnotatorConfig } from '@quantum/service-config';
import type { Work } from '@quantum/service-host';
import { InvalidReadings } from '@quantum/service-kit';
import { AnnotateObserver } from './annotate-observer.js';
import { runAnnotator } from './run-annotator.js';

/** What the host hands over, as far as an annotator needs it. */
export interface AnnotatorParts extends PlanParts {
  readonly config: Pick<AnnotatorConfig, 'plansStream' | 'planMaxAgeSec' | 'claimIdleSec'>;
  readonly metrics: AnnotatorMetrics;
  readonly policies: PolicySource<HintParameters>;
}

/** Adds hints to another governor's permits until stopped. */
export function annotatorWork(parts: AnnotatorParts): Work {
  const { connect, logger, metrics, policies, redis } = parts;
  const invalidReadings = new InvalidReadings(logger);
  return planWork(parts, {
    admit: () => keepParameters(redis, policies, logger),
    serve: async (loop) => {
      const subscriber = redis.isCluster ? undefined : connect('subscriber');
      const db = 'db' in redis.options ? (redis.options.db ?? 0) : 0;
      const decorators = inForce(policies, (book) => permitDecorators(book, invalidReadings));
      const observer = new AnnotateObserver(metrics, logger);
      await runAnnotator({ ...parts, ...loop, decorators, observer, subscriber, db });
      subscriber?.disconnect();
    },
  });
}

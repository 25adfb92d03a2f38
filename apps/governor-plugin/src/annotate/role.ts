import type { GovernorMetrics } from '@quantum/metrics';
import type { Redis } from '@quantum/redis-io';
import type { GovernorConfig } from '@quantum/service-config';
import type { Logger } from '@quantum/service-kit';
import { AnnotateObserver } from './annotate-observer.js';
import { runAnnotator, type RunAnnotatorOptions } from './run-annotator.js';

/** What the role is made of. */
export interface AnnotateParts extends Pick<
  RunAnnotatorOptions,
  'redis' | 'blocking' | 'clock' | 'onRound' | 'stopping' | 'decorators'
> {
  config: GovernorConfig;
  metrics: GovernorMetrics;
  logger: Logger;
  /** Opens another connection. */
  connect: (role: string) => Redis;
}

/** The role `annotate`: adds hints to another governor's permits until told to stop. */
export async function annotate({ connect, metrics, logger, ...parts }: AnnotateParts): Promise<void> {
  const { config, redis } = parts;
  const subscriber = redis.isCluster ? undefined : connect('subscriber');
  const observer = new AnnotateObserver(metrics, logger, config.applyMode, parts.clock);
  const db = 'db' in redis.options ? (redis.options.db ?? 0) : 0;
  await runAnnotator({ ...parts, observer, subscriber, db });
  subscriber?.disconnect();
}

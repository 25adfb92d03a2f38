import type { DecisionPolicy } from '@quantum/decisions';
import type { HintParameters } from '@quantum/efficiency-policy';
import { createGovernorMetrics, type GovernorMetrics } from '@quantum/metrics';
import { gateSettings, hintStep, keepLimits, keepParameters, nameLimits } from '@quantum/policy';
import { untilReady, type Redis } from '@quantum/redis-io';
import { GATE_NAMES } from '@quantum/risk-gates';
import { hostService, type ServiceParts, type Work } from '@quantum/service-host';
import { InvalidReadings } from '@quantum/service-kit';
import { annotate } from './annotate/role.js';
import { decisionPolicy, governorDefinition } from './config.js';
import { checkBeforeStart } from './intake/start-checks.js';
import { issue } from './issue.js';
import { Health } from './observe/health.js';

type Parts = ServiceParts<(typeof governorDefinition)['variables'], GovernorMetrics, HintParameters>;

/** The governor in both roles: plans are served as soon as Redis is there. Its start fails where `checkBeforeStart` refuses. */
export const governorService = hostService({
  name: 'governor-plugin',
  definition: governorDefinition,
  metrics: (options) => createGovernorMetrics(options, GATE_NAMES),
  step: hintStep,
  build,
});

function build(parts: Parts): Work {
  const { redis, stopping } = parts;
  const health = new Health(parts.logger, parts.systemd, parts.clock);
  const blocking = parts.connect('reader'); // for reads that block
  let served: Promise<void> | undefined;
  return {
    readiness: () => health.readiness(),
    connection: {
      onError: (error) => {
        health.connectionFailed(error);
      },
    },
    start: async () => {
      await orStopped(Promise.all([untilReady(redis), untilReady(blocking)]), stopping);
      await admit(parts);
      served = serve(parts, blocking, health);
    },
    stop: async () => {
      await served;
    },
  };
}

/** What comes before the first plan. @throws Error that says why this governor must not start. */
async function admit({ checkServer, config, logger, policies, redis, watch }: Parts): Promise<void> {
  await checkServer();
  await checkBeforeStart(redis, watch, config);
  await keepParameters(redis, policies, logger);
  // A governor that only annotates decides nothing by them.
  if (config.role === 'issue') await keepLimits(redis, nameLimits(gateSettings(config)), logger);
}

/** Serves plans in the role of the configuration until told to stop. */
function serve(parts: Parts, blocking: Redis, health: Health): Promise<void> {
  const policy = policyInForce(parts);
  const onRound = (error?: Error): void => {
    if (error) health.failed(error);
    else health.roundEnded();
  };
  const role = { ...parts, blocking, onRound };
  return parts.config.role === 'annotate'
    ? annotate({ ...role, decorators: () => policy().decorators })
    : issue({ ...role, policy });
}

/** The policy that decides now; a file that is changed takes effect by itself. */
function policyInForce({ config, logger, policies }: Parts): () => DecisionPolicy {
  const invalidReadings = new InvalidReadings(logger);
  let policy = decisionPolicy(config, policies.current(), invalidReadings);
  policies.onReload((book) => {
    policy = decisionPolicy(config, book, invalidReadings);
  });
  return () => policy;
}

/** Waits for `work`, but not beyond the order to stop. */
async function orStopped(work: Promise<unknown>, stopping: AbortSignal): Promise<void> {
  stopping.throwIfAborted();
  const stopped = new Promise<never>((_resolve, reject) => {
    stopping.addEventListener('abort', () => {
      reject(new Error('stopped before Redis was there'));
    });
  });
  await Promise.race([work, stopped]);
}

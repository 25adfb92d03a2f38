import { clockSteps } from './brain/clock-steps.js';
import { garbageScenario as garbageOfBrain } from './brain/garbage.js';
import { brainKills } from './brain/kills.js';
import { redisScenarios as redisScenariosOfBrain } from './brain/redis-trouble.js';
import { twoBrains } from './brain/two-brains.js';
import { garbageScenario as garbageOfGovernor } from './governor/garbage.js';
import { evictionScenario } from './governor/eviction.js';
import { outOfMemoryScenario } from './governor/out-of-memory.js';
import { pausedRedisScenarios } from './governor/paused-redis.js';
import { skewedClockScenarios } from './governor/skewed-clocks.js';
import { killOfStreamsScenario, killOnClusterScenario, killScenario } from './governor/kills.js';
import { lateWriteScenarios } from './governor/late-writes.js';
import { pausedProcessScenarios } from './governor/paused-process.js';
import { redisScenarios } from './governor/redis-trouble.js';
import { garbageScenario as garbageOfProposer } from './proposer/garbage.js';
import { proposerKills } from './proposer/kills.js';
import { redisScenarios as redisScenariosOfProposer } from './proposer/redis-trouble.js';
import { frozenScenario } from './rollout/frozen.js';
import { inputScenarios } from './rollout/inputs.js';
import { rolloutKills } from './rollout/kills.js';
import { operatorScenarios } from './rollout/operator.js';
import { redisScenarios as redisScenariosOfRollout } from './rollout/redis-trouble.js';
import { spoiltScenarios, stopScenarios } from './rollout/stops.js';
import type { Options } from './options.js';
import type { Scenario } from './scenario.js';
import { soakScenario } from './soak.js';

/** Duration factor of the faults' longer form. */
const LONGER = 4;

const scaleOf = ({ kills }: Options): number => (kills !== undefined ? LONGER : 1);

/** Governor and proposer run in it, whichever was requested. */
const soak = ({ minutes }: Options): Scenario[] => (minutes > 0 ? [soakScenario] : []);

export const governorScenarios = (options: Options): Scenario[] => {
  if (options.inject) return [killScenario(options.inject)];
  const isLong = options.kills !== undefined;
  return [
    killScenario(),
    killOfStreamsScenario,
    killOnClusterScenario,
    ...lateWriteScenarios(isLong),
    ...pausedProcessScenarios(isLong),
    ...pausedRedisScenarios(isLong),
    outOfMemoryScenario(isLong),
    ...skewedClockScenarios(isLong),
    evictionScenario,
    ...redisScenarios(scaleOf(options)),
    garbageOfGovernor,
    ...soak(options),
  ];
};

export const proposerScenarios = (options: Options): Scenario[] => [
  proposerKills,
  ...redisScenariosOfProposer(scaleOf(options)),
  garbageOfProposer,
  ...soak(options),
];

export const brainScenarios = (options: Options): Scenario[] => [
  brainKills,
  twoBrains,
  clockSteps,
  ...redisScenariosOfBrain(scaleOf(options)),
  garbageOfBrain,
];

export const rolloutScenarios = ({ kills }: Options): Scenario[] => {
  const isLong = kills !== undefined;
  return [
    rolloutKills,
    ...inputScenarios(isLong),
    frozenScenario,
    ...redisScenariosOfRollout(isLong),
    ...spoiltScenarios(isLong),
    ...stopScenarios(isLong),
    ...operatorScenarios,
  ];
};

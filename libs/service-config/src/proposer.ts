import { STREAMS } from '@quantum/redis-schemas';
import { defineConfig, redisCrossChecks, type Config } from '@quantum/service-kit';
import { proposerVariables } from './proposer-variables.js';
import { isFreeStreamName } from './stream-names.js';

/** Everything that allocation-target reads from its environment. */
export const proposerDefinition = defineConfig(proposerVariables, {
  crossChecks: [
    ...redisCrossChecks,
    {
      variables: ['P31_MIN_MULT', 'P31_MAX_MULT'],
      holds: ({ minMultiplier, maxMultiplier }) => minMultiplier <= maxMultiplier,
      requirement: 'P31_MIN_MULT must not exceed P31_MAX_MULT',
    },
    {
      variables: ['PROPOSE_KEY_TTL', 'LOOP_INTERVAL_SEC'],
      holds: ({ keyTtlSec, loopIntervalSec }) => keyTtlSec > loopIntervalSec,
      requirement: 'PROPOSE_KEY_TTL must exceed LOOP_INTERVAL_SEC, or proposals are gone before the next cycle',
    },
    {
      variables: ['PROPOSE_STREAM_NAME'],
      holds: ({ streamName }) => isFreeStreamName(streamName, STREAMS.proposed),
      requirement: 'PROPOSE_STREAM_NAME must not be the name of another key or stream',
    },
  ],
});

export type ProposerConfig = Config<typeof proposerDefinition>;

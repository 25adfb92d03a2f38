import { efficiencyKey, KILL_KEY, PROPOSER_STATE_PREFIX, STREAMS, targetKey } from '@quantum/redis-schemas';
import { defineConfig, redisCrossChecks, type Config } from '@quantum/service-kit';
import { governorVariables } from './governor-variables.js';
import { namesOf } from './names.js';
import { proposerVariables } from './proposer-variables.js';

/** Names that others write or read as something else: an XADD there would create a live target, or feed ourselves. */
const FOREIGN_PREFIXES = [targetKey(''), efficiencyKey(''), PROPOSER_STATE_PREFIX];
const FOREIGN_KEYS = new Set<string>([KILL_KEY, ...Object.values(STREAMS)]);
const isOwnStreamName = (name: string): boolean =>
  name === STREAMS.proposed || (!FOREIGN_KEYS.has(name) && !FOREIGN_PREFIXES.some((prefix) => name.startsWith(prefix)));

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
      holds: ({ streamName }) => isOwnStreamName(streamName),
      requirement: 'PROPOSE_STREAM_NAME must not be the name of a key that somebody else writes',
    },
  ],
  alsoKnown: namesOf(governorVariables),
});

/** The proposer's configuration. */
export type ProposerConfig = Config<typeof proposerDefinition>;

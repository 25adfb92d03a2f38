import {
  blockKey,
  budgetKey,
  efficiencyKey,
  HALT_KEY,
  KILL_KEY,
  permitKey,
  POLICY_PARAMETERS_KEY,
  positionKey,
  PROPOSER_STATE_PREFIX,
  STREAMS,
  targetKey,
} from '@quantum/redis-schemas';

/** What keys begin with that are something else: an XADD there would create a live target, say, or a permit. */
const FOREIGN_PREFIXES = [targetKey(''), efficiencyKey(''), PROPOSER_STATE_PREFIX, permitKey(''), blockKey('')]
  .concat(budgetKey(''), positionKey(''))
  .concat('quantum:governor:');
const FOREIGN_KEYS = new Set<string>([KILL_KEY, HALT_KEY, POLICY_PARAMETERS_KEY, ...Object.values(STREAMS)]);

/** Whether a stream that a variable can rename may be called so: by its own name, or by one that nothing else has. */
export const isFreeStreamName = (name: string, own: string): boolean =>
  name === own || (!FOREIGN_KEYS.has(name) && !FOREIGN_PREFIXES.some((prefix) => name.startsWith(prefix)));

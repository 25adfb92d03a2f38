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

const STREAM_PREFIX = 'quantum:stream:';
const KILL_SWITCHES: ReadonlySet<string> = new Set([KILL_KEY, HALT_KEY]);

/** Whether a key can be a kill switch: not one that holds something else, which would be on as soon as it exists. */
export const isFreeKillKey = (name: string): boolean =>
  KILL_SWITCHES.has(name) || (!name.startsWith(STREAM_PREFIX) && isFreeStreamName(name, ''));

/** Whether both switches of the platform are among these keys. */
export const hasEveryKillSwitch = (keys: readonly string[]): boolean =>
  [...KILL_SWITCHES].every((key) => keys.includes(key));

import { GOVERNOR_CONSUMER_PREFIX } from '@quantum/redis-schemas';
import { processName } from '@quantum/service-host';

/** A name for this process in the group; never used twice, so that no process inherits another's pending entries. */
export const newConsumerName = (): string => `${GOVERNOR_CONSUMER_PREFIX}${processName(':')}`;

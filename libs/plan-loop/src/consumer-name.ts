import { processName } from '@quantum/service-host';

/** By this, replicas know each other in the consumer group. */
export const CONSUMER_PREFIX = 'governor-plugin:';

/** A name for this process in the group; never used twice, so that no process inherits another's pending entries. */
export const newConsumerName = (): string => `${CONSUMER_PREFIX}${processName(':')}`;

import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** By this, replicas know each other in the consumer group. */
export const CONSUMER_PREFIX = 'governor-plugin:';

/** A name for this process in the group; never used twice, so that no process inherits another's pending entries. */
export const newConsumerName = (): string =>
  `${CONSUMER_PREFIX}${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;

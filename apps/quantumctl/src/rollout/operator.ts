import { runBatch, valueOf, type Redis } from '@quantum/redis-io';
import { CannotRun, withRedis as connected } from '@quantum/service-kit';

/** What a command is connected as. */
export interface Operator {
  readonly redis: Redis;
  /** The user by ACL WHOAMI: the author of what it writes. */
  readonly user: string;
}

export type Env = Readonly<Record<string, string | undefined>>;

const USER = /^[a-z0-9_-]{1,32}$/;
/** Whether a user of this name may give commands. */
export const isOperatorName = (user: string): boolean => USER.test(user);

/** Runs with a connection. @throws CannotConnect, BatchError, or the error of Redis */
export const withRedis = <T>(url: string, env: Env, action: (redis: Redis) => Promise<T>): Promise<T> =>
  connected(url, env, 'quantumctl', action);

/** The user that the connection has. @throws CannotRun if a user of this name cannot give commands */
export async function operatorOf(redis: Redis): Promise<Operator> {
  const [who] = await runBatch(redis, [['acl', 'WHOAMI']]);
  const user = String(valueOf(who));
  if (isOperatorName(user)) return { redis, user };
  throw new CannotRun(
    `the Redis user "${user}" cannot give commands: names of operators have 1 to 32 characters of a-z, 0-9, _ and -`,
  );
}

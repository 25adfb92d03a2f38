import { groupsOf, type Group, type Redis } from '@quantum/redis-io';
import { OUR_GROUPS } from '@quantum/redis-schemas';

/** Whether a group on the plan stream belongs to this project. */
export const isOurs = ({ name }: Group): boolean => OUR_GROUPS.has(name);

/** Who else reads the plans and could execute them. A reader without a group cannot be seen. @throws as `groupsOf` */
export const otherReaders = async (redis: Redis, plansStream: string): Promise<Group[]> =>
  (await groupsOf(redis, plansStream)).filter((group) => !isOurs(group));

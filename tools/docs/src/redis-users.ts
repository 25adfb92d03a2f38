import { SERVICES, type RedisUser } from '@quantum/service-config';
import { code, table } from './markdown.js';

/** The users of deploy/redis, from the root. */
export const USERS_FILE = 'deploy/redis/users.acl';

/** The ACL file of a server. */
const INSTALLED = '/etc/redis/users.acl';

/** Users of programs that are no services. */
const OTHERS: readonly RedisUser[] = [
  {
    name: 'quantum-proof',
    may: 'write inputs of symbols `PROOF...`, submit and withdraw plans, set the kill switch, remove its own traces and scores',
    mayNot: "touch another symbol's inputs, any permit but its own, the groups of a stream",
  },
  {
    name: 'quantum-recorder',
    may: 'read shadow proposals, scores, plans, decision and block records, positions, the texts of policies and limits, for `shadow-report`',
    mayNot: 'write anything, see a permit, a target or the names of keys',
  },
];

const KNOWN: readonly RedisUser[] = [...SERVICES.map(({ redisUser }) => redisUser), ...OTHERS];

const rightsOf = (name: string): RedisUser => {
  const user = KNOWN.find((each) => each.name === name);
  if (!user) throw new Error(`${USERS_FILE}: no words about ${name}: give a service \`redisUser\`, or add to OTHERS`);
  return user;
};

/** The lists of the README beside the users, by name. */
export function userTables(acl: string): Readonly<Record<string, () => string>> {
  const users = [...acl.matchAll(/^user (\S+) on #((\w+)_SHA256) /gm)].map(([, name = '', sum = '', password = '']) => ({ name, sum, password })); // prettier-ignore
  const rows = users.map(({ name }) => rightsOf(name)).map(({ name, may, mayNot }) => [code(name), may, mayNot]);
  const sums = users.map(({ sum, password }) => `-e "s/${sum}/$(hash "$${password}")/"`);
  return {
    'redis:users': () => table(['User', 'May', 'May not, among all else'], rows),
    'redis:passwords': () =>
      [
        `    sed -i -E '/^user (${users.map(({ name }) => name).join('|')}) /d' ${INSTALLED}`,
        `    sed ${sums.join(' \\\n        ')} ${USERS_FILE} >> ${INSTALLED}`,
      ].join('\n'),
  };
}

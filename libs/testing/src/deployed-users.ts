import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrivateRedis, type PrivateRedis } from '@quantum/private-redis';

const FOLDER = join(__dirname, '..', '..', '..', 'deploy', 'redis');
/** Operators, for whom an operator of Redis has filled in the template. */
const OPERATORS = ['ana', 'ben'] as const;
const OPERATOR_LINE = readFileSync(join(FOLDER, 'operator.acl'), 'utf8');
const USERS = [
  readFileSync(join(FOLDER, 'users.acl'), 'utf8'),
  ...OPERATORS.map((name) => OPERATOR_LINE.replaceAll(/OPERATOR(?!_PASSWORD)/g, name)),
].join('');
/** A user, and what replaces the sum of its password. */
const USER_LINE = /^user (\S+) on #(\w+)/gm;

/** A user as deployed: of a program (deploy/redis/users.acl), or an operator (deploy/redis/operator.acl). */
export type User = `quantum-${string}` | (typeof OPERATORS)[number];
export const DEPLOYED_USERS: readonly User[] = [...USERS.matchAll(USER_LINE)].map(([, user]) => user as User);

export const passwordOf = (user: User): string => `${user}'s password`;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The deployed users, with passwords filled in as an operator does. */
const usersText = (): string =>
  USERS.replace(USER_LINE, (_line, user: User) => `user ${user} on #${sha256(passwordOf(user))}`);

/** Starts a server with a file of these users; the `default` user keeps all permissions. */
export async function withUsers<T>(start: (config: Record<string, string>) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'users-'));
  try {
    const aclfile = join(folder, 'users.acl');
    await writeFile(aclfile, usersText());
    return await start({ aclfile });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A server with these users. */
export const startWithUsers = (): Promise<PrivateRedis> =>
  withUsers((config) => startPrivateRedis({ tcp: true, config }));

/** A URL for a user. */
export const urlFor = ({ url }: { url: string }, user: User): string =>
  url.replace('://', `://${user}:${encodeURIComponent(passwordOf(user))}@`);

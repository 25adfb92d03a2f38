import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrivateRedis, type PrivateRedis } from '@quantum/private-redis';

const USERS_FILE = join(__dirname, '..', '..', '..', 'deploy', 'redis', 'users.acl');
const PLACEHOLDERS = {
  'quantum-proposer': 'PROPOSER_PASSWORD_SHA256',
  'quantum-governor': 'GOVERNOR_PASSWORD_SHA256',
  'quantum-proof': 'PROOF_PASSWORD_SHA256',
  'quantum-recorder': 'RECORDER_PASSWORD_SHA256',
} as const;

/** A deployed user of Redis (deploy/redis/users.acl). */
export type User = keyof typeof PLACEHOLDERS;

export const passwordOf = (user: User): string => `${user}'s password`;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The deployed users, with passwords filled in as an operator does. */
const usersText = (): string =>
  Object.entries(PLACEHOLDERS).reduce(
    (text, [user, placeholder]) => text.replace(`#${placeholder}`, `#${sha256(passwordOf(user as User))}`),
    readFileSync(USERS_FILE, 'utf8'),
  );

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

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './load-config.js';

/** Secrets that systemd's LoadCredential hands over, by file name, and the variable that takes the file's path. */
export const CREDENTIALS = {
  'redis-password': 'REDIS_PASSWORD_FILE',
  'redis-tls-key': 'REDIS_TLS_KEY',
  'console-auth-token': 'CONSOLE_AUTH_TOKEN_FILE',
} as const;

const hasContent = (path: string): boolean => existsSync(path) && readFileSync(path, 'utf8').trim() !== '';

/**
 * The environment, with the path of each credential in $CREDENTIALS_DIRECTORY as the variable that takes it, unless
 * that is set. A blank credential is none: units have them as a default.
 */
export function withCredentials(env: Environment): Environment {
  const folder = env['CREDENTIALS_DIRECTORY'];
  if (folder === undefined) return env;
  const found = Object.entries(CREDENTIALS)
    .map(([file, name]) => [name, join(folder, file)] as const)
    .filter(([name, path]) => !env[name]?.trim() && hasContent(path));
  return { ...env, ...Object.fromEntries(found) };
}

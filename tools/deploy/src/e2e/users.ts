import type { Host } from './host.js';

/** Of every user of Redis. */
export const PASSWORD = 'e2e-hunter2';

const README = 'deploy/redis/README.md';

/**
 * Loads the users of the services as the document says; the passwords, by the variables that the commands of documents
 * name.
 */
export async function loadUsers(host: Host): Promise<Record<string, string>> {
  const commands = host.commands(README, 'To use it').join('\n');
  const names = [...commands.matchAll(/\$(\w+_PASSWORD)\b/g)].map(([, name = '']) => name);
  const passwords = Object.fromEntries(names.map((name) => [name, PASSWORD]));
  await host.typeWell(`cd /opt/quantum/current\n${commands}\nredis-cli ACL LOAD`, passwords);
  return passwords;
}

/** Adds a user for an operator of a rollout, as the document says. */
export async function loadOperator(host: Host, name: string): Promise<void> {
  const hash = host.commands(README, 'To use it')[0] ?? '';
  const commands = host
    .commands(README, 'Operators')
    .join('\n')
    .replaceAll(/(?<=\/|user )ana(?=[/ ])/g, name);
  await host.typeWell(`cd /opt/quantum/current\n${hash}\n${commands}\nredis-cli ACL LOAD`, { ANA_PASSWORD: PASSWORD });
}

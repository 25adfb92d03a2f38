import type { Check } from '../finding.js';

/** The oldest version with the commands and ACL rules that the services use. */
const OLDEST_MAJOR = 7;
const KNOWN = ['Redis', 'Valkey'];

export const serverVersion: Check = {
  name: 'server-version',
  harm: 'idle',
  finds: 'a server that is too old, not known to work, or of another version than its neighbours',
  find: ({ servers }) => {
    const owner = 'who runs Redis';
    const remedy = 'run Redis 7.0 or newer, or Valkey; docs/compatibility.md lists what was tried';
    const odd = servers.flatMap(({ product, version }) => {
      const value = `${product} ${version}`;
      if (!KNOWN.includes(product)) {
        return { key: 'HELLO', value, means: 'The services were never tried on this server.', owner, remedy };
      }
      return Number.parseInt(version, 10) < OLDEST_MAJOR
        ? { key: 'HELLO', value, means: 'The services refuse to start on a server this old.', owner, remedy }
        : [];
    });
    const versions = [...new Set(servers.map(({ product, version }) => `${product} ${version}`))];
    return versions.length > 1 && odd.length === 0
      ? [{ key: 'HELLO', value: versions.join(', '), means: 'The masters of this Cluster differ in version.', owner, remedy: 'finish the upgrade' }]
      : odd;
  },
}; // prettier-ignore

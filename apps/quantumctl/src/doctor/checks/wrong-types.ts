import { INPUT_LIST } from '../inputs.js';
import { alike, type Check } from '../finding.js';

export const wrongTypes: Check = {
  name: 'wrong-types',
  harm: 'part',
  finds: 'keys of another type than the contract says',
  find: ({ wrongTypes: keys }) =>
    alike(
      keys,
      (key) => key.slice(0, key.lastIndexOf(':')),
      (key) => ({
        key,
        value: 'another type than the contract says',
        means:
          INPUT_LIST.find(([, { prefix }]) => key.startsWith(prefix))?.[1].unreadable ??
          'It cannot be read: a safety gate that needs it refuses every opening plan.',
        owner: 'who wrote it',
        remedy: `see what it is (redis-cli TYPE), then remove or rewrite it as docs/integration.md says`,
      }),
    ),
};

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
        means:
          'It cannot be read: a score or target counts for nothing (redis_error), a safety gate refuses every opening plan.',
        owner: 'who wrote it',
        remedy: `see what it is (TYPE), then remove or rewrite it as docs/integration.md says`,
      }),
    ),
};

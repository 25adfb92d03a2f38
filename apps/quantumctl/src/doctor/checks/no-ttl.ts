import { alike, type Check } from '../finding.js';
import { INPUT_LIST, type Input } from '../inputs.js';

export const noTtl: Check = {
  name: 'no-ttl',
  harm: 'note',
  finds: 'keys without a time to live that should have one',
  find: ({ hashes }) =>
    (INPUT_LIST as readonly (readonly [keyof typeof hashes, Input])[]).flatMap(([name, { writer, ttlSec }]) =>
      ttlSec === undefined
        ? []
        : alike(
            hashes[name].filter((hash) => hash.ttlSec === undefined),
            () => name,
            ({ key }) => ({
              key,
              value: 'no TTL',
              means: 'When the writer stops, the old value stays for ever. Only its time tells that it is old.',
              owner: writer,
              remedy: `EXPIRE it to ${ttlSec} s with each write`,
            }),
          ),
    ),
};

import { alike, type Check } from '../finding.js';
import { shown } from '../words.js';

/** The fields in which the inputs of P3.1 carry their time, where P3.1 itself reads `ts`. */
const SOURCES = [
  { name: 'attributions', field: 'ts_utc', writer: 'P3.0' },
  { name: 'targets', field: 'timestamp', writer: 'P2.9' },
] as const;

/** Whether our own brain writes the scores: it reads these times. */
const isBrain = (version: string | undefined): boolean => version?.startsWith('brain') ?? false;

export const p31Inputs: Check = {
  name: 'p31-inputs',
  harm: 'idle',
  finds: 'inputs of P3.1 without the field `ts` that it reads',
  find: ({ hashes, scoreEntries }) => {
    const written = [...hashes.scores, ...scoreEntries];
    const isOther = written.length > 0 && !written.some(({ fields }) => isBrain(fields['version']));
    if (!isOther) return [];
    return SOURCES.flatMap(({ name, field, writer }) =>
      alike(
        hashes[name].filter(({ fields }) => fields['ts'] === undefined && fields[field] !== undefined),
        () => name,
        ({ key, fields }) => ({
          key,
          field,
          value: shown(fields[field] ?? ''),
          means: `P3.1 reads ts, which is absent here. It takes ${writer}'s input as stale and halves its confidence.`,
          owner: `P3.1, or ${writer}`,
          remedy: `P3.1: read ${field}. Or ${writer}: write ts beside it`,
        }),
      ),
    );
  },
};

import { alike, type Check } from '../finding.js';
import type { HashFacts } from '../facts.js';
import { INPUT_LIST, lesserHarm, type InputField } from '../inputs.js';
import { shown } from '../words.js';

/** What the hash has in the place of a field that it lacks. */
const aliasIn = ({ fields }: HashFacts, { aliases = [] }: InputField): string | undefined =>
  aliases.find((alias) => fields[alias] !== undefined);

export const otherNames: Check = {
  name: 'other-names',
  harm: 'idle',
  finds: 'required fields that are absent, or there under another name',
  find: ({ hashes }) =>
    INPUT_LIST.flatMap(([name, input]) =>
      input.fields
        .filter(({ required }) => required)
        .flatMap((field) =>
          alike(
            hashes[name].filter(({ fields: texts }) => texts[field.name] === undefined),
            (hash) => aliasIn(hash, field) ?? '',
            (hash, all) => {
              const alias = aliasIn(hash, field);
              return {
                key: hash.key,
                ...lesserHarm(input, all.length === hashes[name].length),
                field: field.name,
                value: alias === undefined ? 'absent' : `absent; ${alias} ${shown(hash.fields[alias] ?? '')}`,
                means: `Nothing reads ${alias ?? 'the rest'} in its place: the whole hash counts for nothing.`,
                owner: input.writer,
                remedy: alias === undefined ? `write ${field.name}` : `write ${field.name} beside ${alias}`,
              };
            },
          ),
        ),
    ),
};

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The list of tools/docs, which checks the documents by it. */
const LIST = join(import.meta.dirname, '..', 'docs', 'src', 'avoided-words.json');
const avoided = JSON.parse(readFileSync(LIST, 'utf8'));
const words = new RegExp(avoided.map(([pattern]) => `(\\b(?:${pattern})\\b)`).join('|').replaceAll(' ', '[\\s*/]+'), 'gi'); // prettier-ignore
const code = /`[^`]*`/g;

/** A rule for the prose of comments: the words that documents avoid too. */
export const plainComments = {
  meta: { type: 'suggestion', schema: [], messages: { avoided: '"{{ word }}"; write: {{ instead }}' } },
  create: (context) => ({
    Program() {
      const { sourceCode } = context;
      for (const { value, range } of sourceCode.getAllComments()) {
        const prose = value.replace(code, (text) => '#'.repeat(text.length));
        for (const match of prose.matchAll(words)) {
          const [, instead] = avoided.find((_, i) => match[i + 1] !== undefined);
          const loc = sourceCode.getLocFromIndex(range[0] + '//'.length + match.index);
          context.report({ loc, messageId: 'avoided', data: { word: match[0], instead } });
        }
      }
    },
  }),
};

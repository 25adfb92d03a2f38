import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The list of tools/docs, which checks the documents by it. */
const LIST = join(import.meta.dirname, '..', 'docs', 'src', 'avoided-words.json');
const avoided = JSON.parse(readFileSync(LIST, 'utf8'));
const words = new RegExp(avoided.map(([pattern]) => `(\\b(?:${pattern})\\b)`).join('|').replaceAll(' ', '[\\s*/]+'), 'gi'); // prettier-ignore
const code = /`[^`]*`/g;

/** Columns of a comment. Prettier wraps code, but no comment. */
const WIDTH = 120;
const isComment = /^\s*(?:\/\/|\/?\*)/;

/** A rule for the prose of comments: the words that documents avoid too, and its width. */
export const plainComments = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { avoided: '"{{ word }}"; write: {{ instead }}', wide: `over ${WIDTH} columns` },
  },
  create: (context) => ({
    Program() {
      const { sourceCode } = context;
      for (const { value, range, loc: lines } of sourceCode.getAllComments()) {
        for (let { line } = lines.start; line <= lines.end.line; line += 1) {
          const text = sourceCode.lines[line - 1];
          if (text.length > WIDTH && isComment.test(text))
            context.report({ loc: { line, column: WIDTH }, messageId: 'wide' });
        }
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

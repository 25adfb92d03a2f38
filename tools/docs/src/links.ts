const withoutCode = (document: string): string => document.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');

/** A relative link: the file, empty for the document itself, and the heading's anchor, empty for none. */
export interface Link {
  file: string;
  anchor: string;
}

/** Relative links of a Markdown document: what is in `](...)`, code left out. */
export const relativeLinks = (document: string): Link[] =>
  [...withoutCode(document).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor = ''] = target.split('#');
      return { file, anchor };
    });

/** The anchors of a document's headings, as GitHub makes them: lower case, blanks to hyphens, punctuation left out. */
export const anchorsOf = (document: string): string[] =>
  [...document.replace(/```[\s\S]*?```/g, '').matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replace(/ /g, '-'),
  );

/**
 * Files of the project that a document names in code, such as `libs/x/src/y.ts`, or `src/y.ts` of the document's own
 * project.
 */
export const namedFiles = (document: string): string[] =>
  [...document.matchAll(/`((?:apps|libs|tools|deploy|docs|findings|src)\/[\w./-]*\.[a-z]+)`/g)].map(
    ([, path = '']) => path,
  );

/** A generated list in a document is between `<!-- generated: NAME -->` and `<!-- end -->`. */
const BLOCK = /<!-- generated: ([\w:-]+) -->\n[\s\S]*?<!-- end -->/g;

const END = '<!-- end -->\n';

/**
 * A document with its generated lists brought up to date.
 * @throws Error for a list that no one makes, or a block that does not end.
 */
export function fillBlocks(document: string, tables: Readonly<Record<string, () => string>>): string {
  const opened = document.match(/<!-- generated: /g)?.length ?? 0;
  const closed = document.match(BLOCK)?.length ?? 0;
  if (opened !== closed) throw new Error('a generated block has no <!-- end -->');
  return document.replace(BLOCK, (_block, name: string) => {
    const make = tables[name];
    if (!make) throw new Error(`no one makes the list ${name}; known: ${Object.keys(tables).join(', ')}`);
    return `<!-- generated: ${name} -->\n\n${make()}\n\n<!-- end -->`;
  });
}

/**
 * A page that lists something of each service, such as `variables`: those that it lacks get a section after the last
 * list.
 */
export function addSections(page: string, list: string, titleOf: (app: string) => string, apps: readonly string[]): string {
  const opening = (app: string): string => `<!-- generated: ${list}:${app} -->`;
  const missing = apps.filter((app) => !page.includes(opening(app)));
  const end = page.indexOf(END, page.lastIndexOf(`<!-- generated: ${list}:`)) + END.length;
  const sections = missing.map((app) => `\n${titleOf(app)}\n\n${opening(app)}\n${END}`);
  return page.slice(0, end) + sections.join('') + page.slice(end);
} // prettier-ignore

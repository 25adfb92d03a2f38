import { describe, expect, it } from '@jest/globals';
import { outsidePaths } from './outside-paths.js';

const PROJECT = 'libs/x';
const FILE = 'libs/x/src/plan/x.unit.test.ts';
const THERE = ['docs', 'docs/a.md', 'deploy/lib/b.sh', 'libs/x', 'libs/x/README.md', 'libs/y/src/y.ts'];
const namedIn = (...texts: string[]): string[] =>
  outsidePaths(
    PROJECT,
    texts.map((text) => [FILE, text]),
    (path) => THERE.includes(path),
  ).map(([, path]) => path);

describe('a path outside the project', () => {
  it.each([
    ["join(__dirname, '../../../../docs/a.md')", 'docs/a.md'],
    ["resolve(__dirname, '..', '..', '..', '..', 'docs', 'a.md')", 'docs/a.md'],
    ["join(REPO_ROOT, 'docs', 'a.md')", 'docs/a.md'],
    ["join(\n  REPO_ROOT,\n  'docs',\n  'a.md',\n)", 'docs/a.md'],
    ["join(repo.root, 'libs/y/src/y.ts'); createScratchRepo()", 'libs/y/src/y.ts'],
    ["join(__dirname, '..', '..', '..', '..', 'docs', page)", 'docs'],
    ["const text = readDocument(REPO_ROOT, 'docs/a.md')", 'docs/a.md'],
    ['`source ${REPO_ROOT}/deploy/lib/b.sh`', 'deploy/lib/b.sh'],
  ])('is found in %s', (text, path) => {
    expect(namedIn(text)).toEqual([path]);
  });

  it('is found where another source of the project has the root', () => {
    expect(namedIn("export const PAGES = ['docs/a.md'];", "join(__dirname, '..', '..', '..', '..')")).toEqual([
      'docs/a.md',
    ]);
  });
});

it.each([
  "join(__dirname, '..', '..', 'README.md')",
  "join(__dirname, '../../../../docs/gone.md')",
  "import { y } from '../y.js';\nconst folder = join(tmpdir(), 'y');",
  "expect(message).toContain('docs/a.md')",
])('none is named in %s', (text) => {
  expect(namedIn(text)).toEqual([]);
});

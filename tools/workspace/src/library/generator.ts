import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatFiles, type GeneratorCallback, names, type Tree, updateJson, writeJson } from '@nx/devkit';
// With .ts: node 22 and later load generators as they are, without a compiler that would know better.
import { editOnce } from '../edits.ts';
import { TEAM_HANDLES, type Team } from '../teams.ts';

export interface LibraryOptions {
  /** Folder name in libs/, kebab-case. */
  name: string;
  type: 'pure' | 'service' | 'testing';
  team: Team;
}

interface Lockfile {
  packages: Record<string, object>;
}

/**
 * `nx g @quantum/workspace:library <name> --type=... --team=...`: a library with package, project, types, tests,
 * README and owner, known to the root tsconfig.json and to package-lock.json, so that `npm ci` goes on working.
 * @throws Error when the folder exists.
 */
export default async function library(tree: Tree, options: LibraryOptions): Promise<GeneratorCallback> {
  const root = `libs/${options.name}`;
  if (tree.exists(root)) throw new Error(`${root} exists already.`);
  writeProject(tree, root, options);
  writeSources(tree, root, options);
  register(tree, root, options);
  await formatFiles(tree);
  return () => {
    linkPackage(tree.root, options.name);
  };
}

function writeProject(tree: Tree, root: string, { name, type, team }: LibraryOptions): void {
  const target = './src/index.ts';
  writeJson(tree, `${root}/package.json`, {
    name: `@quantum/${name}`,
    version: '1.0.0',
    private: true,
    description: `TODO: what ${name} is for, in one sentence.`,
    type: 'module',
    exports: { '.': { types: target, default: target } },
  });
  writeJson(tree, `${root}/project.json`, {
    $schema: '../../node_modules/nx/schemas/project-schema.json',
    name,
    projectType: 'library',
    sourceRoot: `${root}/src`,
    tags: [`type:${type}`, `team:${team}`],
    targets: { test: {} },
  });
  writeJson(tree, `${root}/tsconfig.json`, {
    extends: '../../tsconfig.base.json',
    compilerOptions: { rootDir: 'src', outDir: 'out-tsc', tsBuildInfoFile: 'out-tsc/tsconfig.tsbuildinfo' },
    include: ['src/**/*.ts'],
  });
  tree.write(
    `${root}/jest.config.cjs`,
    `module.exports = { preset: '../../tools/jest/preset.cjs', displayName: '${name}' };\n`,
  );
}

function writeSources(tree: Tree, root: string, { name, team }: LibraryOptions): void {
  const { propertyName } = names(name);
  const example = `expect(${propertyName}(2)).toBe(4);`;
  tree.write(`${root}/src/index.ts`, `export * from './${name}.js';\n`);
  tree.write(
    `${root}/src/${name}.ts`,
    `/** TODO: meaning, units, ranges, errors. */\nexport const ${propertyName} = (value: number): number => 2 * value;\n`,
  );
  tree.write(
    `${root}/src/readme-example.unit.test.ts`,
    `import { describe, expect, it } from '@jest/globals';
import { ${propertyName} } from './index.js';

describe('the example of the README', () => {
  it('holds', () => {
    ${example}
  });
});
`,
  );
  tree.write(
    `${root}/README.md`,
    `# ${name}

TODO: what it is for, in one sentence. Owner: ${TEAM_HANDLES[team]}.

\`\`\`ts
import { ${propertyName} } from '@quantum/${name}';

${example}
\`\`\`

Run by \`src/readme-example.unit.test.ts\`.
`,
  );
}

/** Makes the library known: project references, code owners, lock file. */
function register(tree: Tree, root: string, { name, team }: LibraryOptions): void {
  updateJson(tree, 'tsconfig.json', (config: { references: { path: string }[] }) => {
    const references = [...config.references, { path: `./${root}` }];
    return { ...config, references: references.sort((a, b) => a.path.localeCompare(b.path)) };
  });
  const owner = `/${root}/ ${TEAM_HANDLES[team]}\n`;
  const inOrder = (libraries: string): string =>
    (libraries + owner)
      .split(/(?<=\n)/)
      .sort()
      .join('');
  editOnce(tree, '.github/CODEOWNERS', /(?:^\/libs\/[\w-]+\/ .*\n)+/m, inOrder);
  updateJson(tree, 'package-lock.json', (lock: Lockfile) => {
    const added = {
      [root]: { name: `@quantum/${name}`, version: '1.0.0' },
      [`node_modules/@quantum/${name}`]: { resolved: root, link: true },
    };
    return { ...lock, packages: sortPackages({ ...lock.packages, ...added }) };
  });
}

/** npm's order: by locale, the root package ('') first. */
const sortPackages = (packages: Lockfile['packages']): Lockfile['packages'] =>
  Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));

/** What `npm ci` would do for a workspace package without dependencies. */
function linkPackage(workspaceRoot: string, name: string): void {
  const link = join(workspaceRoot, 'node_modules', '@quantum', name);
  if (existsSync(link)) return;
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(join('..', '..', 'libs', name), link, 'dir');
}

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { vectorFiles } from '@quantum/consumers';
import { policyJsonSchema } from '@quantum/policy';
import { fillBlocks } from './blocks.js';
import { envFiles } from './env-files.js';
import { anchorsOf, relativeLinks } from './links.js';
import { TABLES } from './tables.js';

const root = resolve(__dirname, '..', '..', '..');

/** Every Markdown document of the project, whether committed already or not. */
const documents = (): string[] =>
  execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(root, path)));

/** Every file that should be as generated, with what it should hold. */
function* generated(): Generator<[path: string, wanted: string]> {
  yield* Object.entries(envFiles());
  yield* Object.entries(vectorFiles());
  yield ['docs/policy.schema.json', `${JSON.stringify(policyJsonSchema(), null, 2)}\n`];
  for (const path of documents()) yield [path, fillBlocks(readFileSync(join(root, path), 'utf8'), TABLES)];
}

const read = (path: string): string => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '');

function generate(): string[] {
  return [...generated()].flatMap(([path, wanted]) => {
    if (read(path) === wanted) return [];
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), wanted);
    return [`written: ${path}`];
  });
}

function check(): string[] {
  const stale = [...generated()].flatMap(([path, wanted]) =>
    read(path) === wanted ? [] : [`${path} differs from what the code says: npx nx run docs:generate`],
  );
  const broken = documents().flatMap((path) =>
    relativeLinks(read(path)).flatMap(({ file, anchor }) => {
      const target = file === '' ? path : join(dirname(path), file);
      if (!existsSync(join(root, target))) return [`${path}: no such file: ${file}`];
      if (anchor === '' || anchorsOf(read(target)).includes(anchor)) return [];
      return [`${path}: no such heading: ${file}#${anchor}`];
    }),
  );
  return [...stale, ...broken];
}

if (process.argv[2] === 'generate') {
  console.log(generate().join('\n') || 'everything was up to date');
} else {
  const findings = check();
  console.log(
    findings.join('\n') ||
      `docs: lists, vectors, schema, env files and links of ${documents().length} documents are up to date`,
  );
  process.exitCode = findings.length > 0 ? 1 : 0;
}

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { vectorFiles } from '@quantum/consumers';
import { policyJsonSchema } from '@quantum/policy';
import { planJsonSchema } from '@quantum/rollout-plan';
import { SERVICE_APPS } from '@quantum/service-config';
import { addSections, fillBlocks } from './blocks.js';
import { envFiles } from './env-files.js';
import { examplesOf, missingStatements } from './examples.js';
import { grafanaFiles } from './grafana/files.js';
import { anchorsOf, namedFiles, relativeLinks } from './links.js';
import { lacksServerNote } from './servers.js';
import { USERS_FILE, userTables } from './redis-users.js';
import { TABLES } from './tables.js';
import { ALERTS_FILE, deployFiles, UNIT_TEMPLATE, withJobs } from './units.js';
import { avoidedWords } from './words.js';
import { findStale, type Generated, readFrom, writeFiles } from './write-files.js';

const root = resolve(__dirname, '..', '..', '..');

/** Every Markdown document of the project, whether committed already or not. */
const documents = (): string[] =>
  execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(root, path)));

/** A page with a section for each service, where it is one of those that list them all. */
function withSections(path: string): string {
  const page = readFrom(root, path);
  if (path === 'docs/integration/operators.md') return addSections(page, 'variables', (app) => `### ${app}`, SERVICE_APPS);
  if (path !== 'docs/integration/dashboards.md') return page;
  return addSections(page, 'metrics', (app) => `## Metrics of ${app}`, SERVICE_APPS);
} // prettier-ignore

/** Every file that should be as generated, with what it should hold. */
function* generated(): Generator<Generated> {
  yield* Object.entries(envFiles());
  yield* Object.entries(deployFiles(readFrom(root, UNIT_TEMPLATE)));
  yield* Object.entries(grafanaFiles());
  yield* Object.entries(vectorFiles());
  yield ['docs/policy.schema.json', `${JSON.stringify(policyJsonSchema(), null, 2)}\n`];
  yield ['docs/rollout-plan.schema.json', `${JSON.stringify(planJsonSchema(), null, 2)}\n`];
  yield [ALERTS_FILE, withJobs(readFrom(root, ALERTS_FILE))];
  const tables = { ...TABLES, ...userTables(readFrom(root, USERS_FILE)) };
  for (const path of documents()) yield [path, fillBlocks(withSections(path), tables)];
}

/** Links of a document that lead nowhere, and files that it names and that are not there. */
function brokenReferences(path: string): string[] {
  const document = readFrom(root, path);
  const links = relativeLinks(document).flatMap(({ file, anchor }) => {
    const target = file === '' ? path : join(dirname(path), file);
    if (!existsSync(join(root, target))) return [`${path}: no such file: ${file}`];
    if (anchor === '' || anchorsOf(readFrom(root, target)).includes(anchor)) return [];
    return [`${path}: no such heading: ${file}#${anchor}`];
  });
  const isThere = (file: string): boolean =>
    existsSync(join(root, file)) || existsSync(join(root, dirname(path), file));
  const files = namedFiles(document).filter((file) => !isThere(file));
  return [...links, ...files.map((file) => `${path}: no such file: ${file}`)];
}

/** Statements of a document's examples that are not in the test that it names. */
const untestedExamples = (path: string): string[] =>
  examplesOf(readFrom(root, path)).flatMap(({ file, code }) =>
    missingStatements(code, readFrom(root, join(dirname(path), file))).map(
      (statement) => `${path}: not in ${file}: ${statement.split('\n')[0]}`,
    ),
  );

const check = (): string[] => [
  ...findStale(root, [...generated()]),
  ...documents().flatMap(brokenReferences),
  ...documents().flatMap(untestedExamples),
  ...documents()
    .filter((path) => lacksServerNote(path, readFrom(root, path)))
    .map(
      (path) => `${path}: names redis-cli or files of Redis, so it needs the block <!-- generated: servers:note -->`,
    ),
  ...documents().flatMap((path) => avoidedWords(readFrom(root, path)).map((found) => `${path}:${found}`)),
];

/** Writes what differs; `because`: why expected answers of test vectors change. */
function generate(because: string | undefined): void {
  try {
    const written = writeFiles(root, [...generated()], because).map((path) => `written: ${path}`);
    console.log(written.join('\n') || 'everything was up to date');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { because: { type: 'string' } } });
if (positionals[0] === 'generate') {
  generate(values.because);
} else {
  const findings = check();
  console.log(
    findings.join('\n') ||
      `docs: lists, vectors, schemas, env files, units, dashboards, references, examples and words of ${documents().length} documents are as they should be`,
  );
  process.exitCode = findings.length > 0 ? 1 : 0;
}

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Component {
  'bom-ref': string;
  name: string;
  group?: string;
  purl: string;
}

/** What we touch of a CycloneDX document. */
interface Bom {
  serialNumber: string;
  metadata: { timestamp: string; component: { name: string } };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/** `pkg:npm/%40quantum/redis-io@1.0.0` -> `@quantum/redis-io` */
const packageOf = (purl: string): string => decodeURIComponent(/^pkg:npm\/(.+)@[^@]+$/.exec(purl)?.[1] ?? '');

/**
 * The packages whose code is in a bundle, as its source map tells: those of node_modules, and the libraries of this
 * project.
 */
export function packagesIn(sources: readonly string[]): Set<string> {
  const found = sources.flatMap((source) => {
    const thirdParty = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1];
    const own = /(?:^|\/)(?:libs|apps)\/([^/]+)\/src\//.exec(source)?.[1];
    return thirdParty ?? (own === undefined ? [] : `@quantum/${own}`);
  });
  return new Set(found);
}

/** Name-based UUID: the same content has the same serial number. */
function serialOf(content: string): string {
  const hex = createHash('sha256').update(content).digest('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Of the lock alone: in a folder with nothing else, so that what is installed or being worked on has no say. */
function npmSbom(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'quantum-sbom-'));
  try {
    for (const name of ['package.json', 'package-lock.json']) cpSync(join(root, name), join(folder, name));
    // Without --omit dev: npm 11 then leaves out what a development tool needs too, which bundles may hold all the
    // same.
    const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
    return execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * npm's CycloneDX list of the locked dependencies, narrowed to what the bundles hold, and without what differs from
 * build to build: time, serial number, the folder's name.
 */
export function sbom(options: { root: string; name: string; epochSec: number; sourceMaps: readonly string[] }): string {
  const bom = JSON.parse(npmSbom(options.root)) as Bom;
  const shipped = packagesIn(
    options.sourceMaps.flatMap((map) => (JSON.parse(readFileSync(map, 'utf8')) as { sources: string[] }).sources),
  );
  bom.components = bom.components.filter(({ purl }) => shipped.has(packageOf(purl)));
  const missing = [...shipped].filter((name) => !bom.components.some(({ purl }) => packageOf(purl) === name));
  if (missing.length > 0) throw new Error(`npm sbom does not know ${missing.join(', ')}, which is in the bundles`);
  const refs = new Set(bom.components.map((component) => component['bom-ref']));
  bom.dependencies = bom.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) }));
  bom.metadata.component.name = options.name;
  bom.metadata.timestamp = new Date(options.epochSec * 1000).toISOString();
  bom.serialNumber = serialOf(JSON.stringify({ ...bom, serialNumber: '' }));
  return `${JSON.stringify(bom, null, 2)}\n`;
}

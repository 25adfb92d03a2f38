import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Options } from './harness.js';

/** Bundles the least service to one file, like the services. @returns that file */
export function bundleLeastService({ root, outFolder }: Options): string {
  const source = join(root, 'tools', 'bench', 'src', 'baselines', 'least-service.ts');
  const file = join(outFolder, 'least-service.js');
  const bundle = ['--bundle', '--platform=node', '--target=node20', '--format=cjs', '--log-level=error'];
  execFileSync(join(root, 'node_modules', '.bin', 'esbuild'), [source, ...bundle, `--outfile=${file}`]);
  return file;
}

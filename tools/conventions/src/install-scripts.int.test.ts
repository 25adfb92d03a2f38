import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { REPO_ROOT } from '@quantum/testing';

const read = (name: string): unknown => JSON.parse(readFileSync(join(REPO_ROOT, name), 'utf8'));

// npm 12 runs no install script without leave, and warns of each that no list allows. Older ones run them all.
it('each install script of a dependency is refused or allowed, and no other is named', () => {
  const { packages } = read('package-lock.json') as { packages: Record<string, { hasInstallScript?: true }> };
  const { allowScripts } = read('package.json') as { allowScripts: Record<string, boolean> };
  const withScripts = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript);
  const names = withScripts.map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  expect(Object.keys(allowScripts).sort()).toEqual([...new Set(names)].sort());
});

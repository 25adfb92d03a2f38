import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { ServerProduct } from '@quantum/docs';
import { runE2e } from './e2e/run.js';
import { makeRelease } from './release/release.js';

// This file runs as dist/tools/deploy/main.js.
const root = resolve(__dirname, '..', '..', '..');

const program = new Command('deploy').description('Makes the release, and runs its deployment in a booted Debian.');
program
  .command('release')
  .description(
    'one archive: bundles, units, configuration, rules, documents, SBOM and sums, the same bytes for a commit',
  )
  .option('--release-version <version>', 'its name (default: the version in package.json)')
  .option('--out <folder>', 'where it goes', 'dist/release')
  .action(({ releaseVersion, out }: { releaseVersion?: string; out: string }) => {
    const { archive, sha256 } = makeRelease({ root, out: resolve(root, out), version: releaseVersion });
    console.log(`${sha256}  ${archive}`);
  });
program
  .command('e2e')
  .description('boots a Debian with systemd and does there what docs/deployment.md and docs/migration.md say')
  .option('--only <words>', 'after the five commands, only the chapters whose name contains this')
  .option('--keep', 'leave the tree of the container for a look')
  .addOption(new Option('--suite <name>', 'of Debian').choices(['bookworm', 'trixie']).default('bookworm'))
  .addOption(new Option('--server <name>', 'what is installed').choices(['redis', 'valkey']).default('redis'))
  .action(
    async ({ suite, server, only, keep }: { suite: string; server: ServerProduct; only?: string; keep?: boolean }) => {
      // At once: a chapter that failed may have left something running.
      process.exit(await runE2e({ root, suite, server, only, keep: keep === true }));
    },
  );

void program.parseAsync();

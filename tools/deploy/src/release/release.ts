import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PROGRAMS } from '@quantum/service-config';
import { sbom } from './sbom.js';

interface ReleaseOptions {
  /** The checkout, with built apps in dist/apps. */
  root: string;
  /** The folder that takes the archive. */
  out: string;
  version?: string | undefined;
}

const sha256Of = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/**
 * Writes `quantum-<version>.tar.gz` and, beside it, its sum. The same commit gives the same bytes, wherever and
 * whenever it is built: entries are sorted, owned by root, and as old as the commit.
 */
export function makeRelease({ root, out, version }: ReleaseOptions): { archive: string; sha256: string } {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string; version: string };
  const name = `quantum-${version ?? manifest.version}`;
  const epochSec = Number(git('log', '-1', '--format=%ct'));
  const isClean = git('status', '--porcelain') === '';
  const staging = mkdtempSync(join(tmpdir(), 'quantum-release-'));
  const files: string[] = [];
  const add = (path: string, content: string | Buffer, mode = 0o644): void => {
    const target = join(staging, name, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
    chmodSync(target, mode); // whatever the umask
    files.push(path);
  };

  try {
    for (const app of PROGRAMS) add(`${app}/main.js`, readFileSync(join(root, 'dist', 'apps', app, 'main.js')));
    for (const path of git('ls-files', '-co', '--exclude-standard', 'deploy', 'docs').split('\n')) {
      add(path, readFileSync(join(root, path)), statSync(join(root, path)).mode & 0o100 ? 0o755 : 0o644);
    }
    const sourceMaps = PROGRAMS.map((app) => join(root, 'dist', 'apps', app, 'main.js.map'));
    add('sbom.cdx.json', sbom({ root, name: manifest.name, epochSec, sourceMaps }));
    add('VERSION', `${version ?? manifest.version}\n`);
    add('COMMIT', `${git('rev-parse', 'HEAD')}${isClean ? '' : ' with uncommitted changes'}\n`);
    const sums = [...files].sort().map((path) => `${sha256Of(join(staging, name, path))}  ${path}\n`);
    add('SHA256SUMS', sums.join(''));
    return pack(staging, name, out, epochSec);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function pack(staging: string, name: string, out: string, epochSec: number): { archive: string; sha256: string } {
  mkdirSync(out, { recursive: true });
  const packed = join(staging, `${name}.tar.gz`);
  const alike = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--format=ustar', `--mtime=@${epochSec}`];
  const modes = '--mode=u=rwX,go=rX'; // of folders, whatever the umask
  execFileSync('tar', [...alike, modes, '-I', 'gzip -9n', '-cf', packed, '-C', staging, name], {
    env: { ...process.env, LC_ALL: 'C' },
  });
  const archive = join(out, `${name}.tar.gz`);
  cpSync(packed, archive);
  const sha256 = sha256Of(archive);
  writeFileSync(`${archive}.sha256`, `${sha256}  ${name}.tar.gz\n`);
  return { archive, sha256 };
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROGRAMS, SERVICES } from '@quantum/service-config';
import { cloneScratchRepo, createScratchRepo, type ScratchRepo } from '@quantum/testing';

const ARCHIVE = 'dist/release/quantum-1.0.0.tar.gz';

describe('nx run deploy:release', () => {
  let repo: ScratchRepo;
  let again: ScratchRepo;
  const archiveOf = ({ root }: ScratchRepo): string => join(root, ARCHIVE);
  const bytesOf = (path: string): Buffer => readFileSync(join(repo.root, 'quantum-1.0.0', path));
  const read = (path: string): string => bytesOf(path).toString();

  beforeAll(async () => {
    repo = await createScratchRepo();
    again = await cloneScratchRepo(repo);
    for (const one of [repo, again]) {
      const { code, stdout, stderr } = await one.bin('nx', 'run', 'deploy:release', '--skip-nx-cache');
      if (code !== 0) throw new Error(stdout + stderr);
    }
    await repo.run('tar', '-xzf', ARCHIVE);
  }, 240_000);
  afterAll(() => {
    repo.remove();
    again.remove();
  });

  it('makes the same bytes of the same commit, in whatever folder', () => {
    expect(readFileSync(archiveOf(repo)).equals(readFileSync(archiveOf(again)))).toBe(true);
  });

  it('is one archive with all that a host needs, and the sum of each file', () => {
    const sums = read('SHA256SUMS').trim().split('\n');
    const files = sums.map((line) => line.split('  ')[1] ?? '');
    expect(files).toEqual(
      expect.arrayContaining([
        ...PROGRAMS.map((app) => `${app}/main.js`),
        ...SERVICES.map(({ name }) => `deploy/systemd/quantum-${name}.service`),
        ...['deploy/install', 'deploy/env/governor.env', 'deploy/redis/users.acl', 'deploy/prometheus/alerts.yml'],
        ...['docs/deployment.md', 'sbom.cdx.json', 'VERSION', 'COMMIT'],
      ]),
    );
    for (const line of sums) {
      const [sum, path = ''] = line.split('  ');
      expect([path, createHash('sha256').update(bytesOf(path)).digest('hex')]).toEqual([path, sum]);
    }
  });

  it('lists what is in the bundles, in CycloneDX', () => {
    const bom = JSON.parse(read('sbom.cdx.json')) as { bomFormat: string; components: { purl: string }[] };
    expect(bom.bomFormat).toBe('CycloneDX');
    const packages = bom.components.map(({ purl }) => decodeURIComponent(purl).replace(/^pkg:npm\/|@[^@]+$/g, ''));
    expect(packages).toEqual(expect.arrayContaining(['ioredis', 'pino', 'prom-client', 'zod', '@quantum/redis-io']));
    expect(packages.filter((name) => /^(nx|jest|typescript|eslint|@quantum\/(demo|workspace))$/.test(name))).toEqual(
      [],
    );
  });

  it('knows its commit', async () => {
    expect(read('COMMIT')).toBe((await repo.run('git', 'rev-parse', 'HEAD')).stdout);
    expect(read('VERSION')).toBe('1.0.0\n');
  });
});

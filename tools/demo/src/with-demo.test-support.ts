import { expect } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPO_ROOT, spawnApp, type SpawnedApp } from '@quantum/testing';

export const demoFile = join(REPO_ROOT, 'dist', 'tools', 'demo', 'main.js');

/** Ids of a process's children. */
export const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

/** Runs the built demo with a temporary folder of its own, and returns what it left there. */
export async function withDemo(
  args: readonly string[],
  check: (demo: SpawnedApp) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'demo-test-'));
  try {
    await check(spawnApp(demoFile, { HOME: process.env['HOME'] ?? folder, TMPDIR: folder, ...env }, args));
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

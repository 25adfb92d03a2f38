import { afterEach, beforeEach, expect } from '@jest/globals';
import { createDeployScratch, type DeployScratch } from './deploy-scratch.test-support.js';

/** A scratch host of its own for each test, and what tests do with its installer. */
export function useInstaller() {
  const host = {} as DeployScratch; // whose functions are those of the test that runs
  beforeEach(() => {
    Object.assign(host, createDeployScratch());
  });
  afterEach(() => {
    host.remove();
  });

  /** Installs, which must succeed; what it said. */
  const install = (...args: string[]): string => {
    const { code, stdout, stderr } = host.install(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };
  return {
    host,
    install,
    files: (): string[] => Object.keys(host.snapshot()),
    /** Installs another build of the governor under this version; what it said. */
    upgrade: (version: string, ...args: string[]): string => {
      host.source('dist/apps/governor-plugin/main.js', `// governor-plugin, release ${version}\n`);
      return install('--version', version, ...args);
    },
    /** Runs the installer, which must refuse for this reason and change nothing. */
    refused: (reason: string, ...args: string[]): void => {
      const before = host.snapshot();
      expect(host.install(...args)).toEqual({
        code: 1,
        stdout: expect.any(String),
        stderr: expect.stringContaining(reason),
      });
      expect(host.snapshot()).toEqual(before);
    },
  };
}

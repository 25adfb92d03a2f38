import { join } from 'node:path';

/** Something that is run on each platform. */
export interface Check {
  name: string;
  /**
   * Arguments of Node. `counts`: a file for the numbers; `files`: the test files to run instead of all, if there are
   * any.
   */
  args: (counts: string, files: readonly string[]) => string[];
  /** Whether it belongs to every run of the tests, on the newest servers. */
  quick?: true;
}

const jest = (pattern: string) => (counts: string, files: readonly string[]) => [
  join('node_modules', 'jest', 'bin', 'jest.js'),
  '--config',
  join('tools', 'jest', 'all.config.cjs'),
  '--reporters=default', // without our own, which counts the tests of the usual server
  '--json',
  `--outputFile=${counts}`,
  // Nothing else is to run beside the matrix: jest would leave one core to others.
  ...(files.length > 0
    ? ['--runInBand', '--runTestsByPath', ...files]
    : ['--maxWorkers=100%', '--testPathPatterns', pattern]),
];

const faults = (service: string) => (counts: string) => [
  join('dist', 'tools', 'faults', 'main.js'),
  service,
  '--counts',
  counts,
];

export const CHECKS: readonly Check[] = [
  { name: 'rights of the deployed users', args: jest('acl-matrix\\.int'), quick: true },
  { name: 'consumer groups', args: jest('stream-(gaps|consumer)\\.int|lost-plans\\.int'), quick: true },
  {
    name: 'proofs',
    args: (counts) => [join('dist', 'apps', 'proof-runner', 'main.js'), '--spawn', '--counts', counts],
    quick: true,
  },
  { name: 'Cluster', args: jest('cluster.*\\.int|topologies\\.int') },
  { name: 'integration tests', args: jest('/(apps|libs)/.*\\.int') },
  { name: 'faults, governor', args: faults('governor') },
  { name: 'faults, proposer', args: faults('proposer') },
];

import { describe, expect, it } from '@jest/globals';
import { packagesIn } from './sbom.js';

describe('packagesIn', () => {
  it('names the packages that a bundle is made of, nested, scoped and our own', () => {
    const sources = [
      '../../../node_modules/ioredis/built/index.js',
      '../../../node_modules/@pinojs/redact/index.js',
      '../../../node_modules/a/node_modules/b/index.js',
      '../../../libs/redis-io/src/batch.ts',
      '../../../apps/governor-plugin/src/main.ts',
      'node:fs',
    ];
    expect([...packagesIn(sources)]).toEqual([
      'ioredis',
      '@pinojs/redact',
      'b',
      '@quantum/redis-io',
      '@quantum/governor-plugin',
    ]);
  });
});

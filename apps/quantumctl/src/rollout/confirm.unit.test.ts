import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { confirmed } from './confirm.js';

/** What a person who types this is taken to mean. */
async function asked(typed: string | undefined, isTTY = true): Promise<boolean> {
  const input = Object.assign(new PassThrough(), { isTTY });
  if (typed === undefined) input.end();
  else input.write(`${typed}\n`);
  return confirmed('Start it?', { input, output: new PassThrough() });
}

describe('a question', () => {
  it.each(['y', 'Y', 'yes', ' YES '])('is answered with yes by %j', async (typed) => {
    expect(await asked(typed)).toBe(true);
  });

  it.each(['', 'n', 'no', 'yesterday', 'ja', undefined])('is answered with no by %j', async (typed) => {
    expect(await asked(typed)).toBe(false);
  });

  it('is not asked where there is no terminal', async () => {
    await expect(asked('y', false)).rejects.toThrow('needs --yes');
  });
});

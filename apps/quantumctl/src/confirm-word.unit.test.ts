import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { confirmedByWord } from './confirm-word.js';

async function asked({
  typed,
  yes,
  isTTY = true,
}: {
  typed?: string;
  yes?: string;
  isTTY?: boolean;
}): Promise<boolean> {
  const input = Object.assign(new PassThrough(), { isTTY });
  if (typed === undefined) input.end();
  else input.write(`${typed}\n`);
  return confirmedByWord('On again?', 'off', yes, { input, output: new PassThrough() });
}

describe('a question for a word', () => {
  it.each([{ typed: 'off' }, { typed: ' off ' }, { yes: 'off' }, { yes: 'off', isTTY: false }])(
    'takes %j',
    async (answer) => {
      expect(await asked(answer)).toBe(true);
    },
  );

  it.each(['', 'y', 'yes', 'OFF', 'of', undefined])('takes %j for no', async (typed) => {
    expect(await asked(typed === undefined ? {} : { typed })).toBe(false);
  });

  it('is wrong usage without a terminal, or with another word', async () => {
    await expect(asked({ typed: 'off', isTTY: false })).rejects.toThrow('needs --yes off');
    await expect(asked({ yes: 'on' })).rejects.toThrow('--yes is "on", and must be off');
  });
});

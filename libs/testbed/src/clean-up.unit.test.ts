import { expect, it } from '@jest/globals';
import { withCleanUp } from './index.js';

it.each(['ends', 'fails'])('ends what was kept, the last first, where the play %s', async (how) => {
  const ended: string[] = [];
  const playing = withCleanUp(async (keep) => {
    await Promise.resolve();
    const end = async (thing: string): Promise<void> => {
      await Promise.resolve();
      ended.push(thing);
    };
    const kept = keep('server', end) + keep(' and client', end);
    if (how === 'fails') throw new Error('no play');
    return kept;
  });
  await expect(playing.catch((error: unknown) => (error as Error).message)).resolves.toBe(
    how === 'fails' ? 'no play' : 'server and client',
  );
  expect(ended).toEqual([' and client', 'server']);
});

it('ends the rest where an end fails, and says first what failed first', async () => {
  const ended: string[] = [];
  const play = (isFailing: boolean) =>
    withCleanUp((keep) => {
      keep('server', (thing) => ended.push(thing));
      keep('client', () => {
        throw new Error('no end');
      });
      return isFailing ? Promise.reject(new Error('no play')) : Promise.resolve();
    });
  await expect(play(false)).rejects.toThrow('no end');
  await expect(play(true)).rejects.toThrow('no play');
  expect(ended).toEqual(['server', 'server']);
});

import { writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { spawnApp, useRedis } from '@quantum/testing';
import { builtApp, usePaths } from './paths.test-support.js';

// Every secret here has this word at both ends: whatever part of one is shown, it is found.
const PLANTED = /plant/i;
const PASSWORD = `plant 'a" b\\c%d@e:f#g/h?ß€𝕏 plant`;
const USER = 'plant-user';

const file = useRedis({ tcp: true });
const newPath = usePaths();
const passwordFile = (): string => {
  const path = newPath();
  writeFileSync(path, PASSWORD);
  return path;
};

it.each([
  ['with a scheme', (place: string) => ({ REDIS_URL: `redis://${USER}:${encodeURIComponent(PASSWORD)}@${place}` })],
  ['without a scheme', (place: string) => ({ REDIS_URL: `${USER}:${PASSWORD}@${place}` })],
  [
    'in a file',
    (place: string) => ({
      REDIS_URL: `redis://${place}`,
      REDIS_USERNAME: USER,
      REDIS_PASSWORD_FILE: passwordFile(),
    }),
  ],
])('shows no password, %s', async (_, envOf) => {
  const env = envOf(file.server.url.replace('redis://', ''));
  const runs: [expectedCode: number, args: string[]][] = [
    [2, ['record', newPath()]],
    [2, ['record', newPath(), '--redis', env.REDIS_URL]],
    [0, ['record', '--help']],
    [0, ['explain', '--help']],
  ];
  for (const [expectedCode, args] of runs) {
    const app = spawnApp(builtApp('shadow-report'), env, args);
    const { code } = await app.exit;
    const said = [...app.stdout, ...app.stderr].join('\n');
    expect({ args, code }).toEqual({ args, code: expectedCode });
    expect(said).toMatch(/redis/i);
    expect(said).not.toMatch(PLANTED);
  }
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { spawnApp, useRedis } from '@quantum/testing';

// Every secret here has this word at both ends, so that any shown part of it is found.
const PLANTED = /plant/i;
const PASSWORD = `plant 'a" b\\c%d@e:f#g/h?ß€𝕏 plant`;
const USER = 'plant-user';

const demo = join(__dirname, '..', '..', '..', 'dist', 'tools', 'demo', 'main.js');
const file = useRedis({ tcp: true });

async function saidOn(url: string, expectedCode: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'demo-secrets-'));
  try {
    const app = spawnApp(demo, { TMPDIR: folder }, ['--redis', url, '--for', '5s']);
    const { code } = await app.exit;
    const said = [...app.stdout, ...app.stderr].join('\n');
    expect({ code, said }).toEqual({ code: expectedCode, said });
    return said;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const login = `${USER}:${encodeURIComponent(PASSWORD)}`;
const place = (): string => file.server.url.replace('redis://', '');

it('shows no wrong password, nor one in a URL that it refuses', async () => {
  expect(await saidOn(`redis://${login}@${place()}`, 2)).toContain(`Redis at redis://***@${place()} cannot be used`);
  for (const url of [`${USER}:${PASSWORD}@${place()}`, `redis+sentinel://${login}@${place()}/m`]) {
    const said = await saidOn(url, 2);
    expect(said).toContain('a URL like redis://host:6379/0');
    expect(said).not.toMatch(PLANTED);
  }
});

it('shows no correct password, in its view, its summary and the services’ logs', async () => {
  await file.redis().acl('SETUSER', USER, 'on', `>${PASSWORD}`, '~*', '&*', '+@all');
  const said = await saidOn(`redis://${login}@${place()}`, 0);
  expect(said).toContain(place());
  expect(said).not.toMatch(PLANTED);
});

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findRedisTool } from '@quantum/private-redis';
import { disarmKey, permitKey, PERMIT_TTL_SEC, utcDate } from '@quantum/redis-schemas';
import { useRedis } from '@quantum/testing';
import { commandsOf, readDocument } from './document.js';

const file = useRedis();
const ROOT = join(__dirname, '..', '..', '..', '..');

let folder: string;
/** A shell whose redis-cli speaks to the test's own Redis. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'migration-'));
  const { path, env } = await findRedisTool('redis-cli');
  const variables = Object.entries(env).map(([name, value]) => `${name}='${value}' `);
  const program = `#!/bin/bash\n${variables.join('')}exec '${path}' -s '${file.server.socketPath}' "$@"\n`;
  writeFileSync(join(folder, 'redis-cli'), program, { mode: 0o755 });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The commands of a chapter that ask Redis, as they are in the document. */
const commands = (chapter: string): string[] =>
  commandsOf(readDocument(ROOT, 'docs/migration.md'), chapter).filter((command) => command.startsWith('redis-cli'));

async function type(command = ''): Promise<string> {
  const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
  return (await promisify(execFile)('bash', ['-o', 'pipefail', '-c', command], { env })).stdout;
}

const put = (planId: string) =>
  file.redis().set(permitKey(planId), `{"granted":true,"id":"${planId}"}`, 'EX', PERMIT_TTL_SEC);

describe('the commands of docs/migration.md', () => {
  it("show permits, and survive other teams' hashes and strings of the same prefix", async () => {
    await put('p1');
    await put('my:p33:plan');
    await file.redis().hset('quantum:permit:p33:theirs', 'granted', 'true');
    await file.redis().set('quantum:permit:p26:theirs', '{"id":"theirs"}');
    const [show, ...others] = commands('3. Compare');

    const shown = (await type(show)).trim().split('\n');
    expect(others).toEqual([]);
    expect(shown.sort()).toEqual(['{"granted":true,"id":"my:p33:plan"}', '{"granted":true,"id":"p1"}']);
  });

  it('list permits that nobody took, with their age', async () => {
    await put('p1');
    await file.redis().expire(permitKey('p1'), PERMIT_TTL_SEC - 30);
    await file.redis().hset('quantum:permit:p33:theirs', 'granted', 'true');
    await put('taken');
    await file.redis().getdel(permitKey('taken'));
    const [list, ...others] = commands('6. See who reads our permits');

    expect(others).toEqual([]);
    expect(await type(list)).toMatch(/^quantum:permit:p1: 3\d s old, last read \d+ s ago\n$/);
  });

  it('show both kill switches, and set the latch of the day', async () => {
    await file.redis().set('quantum:governor:halt', 'true');
    const today = () => disarmKey(utcDate(Date.now() / 1000));
    const before = today();
    const [look, disarm, ...others] = commands('What differs');

    expect(others).toEqual([]);
    expect(await type(look)).toBe('\ntrue\n');
    expect(await type(disarm)).toBe('OK\n');
    expect([[before], [today()]]).toContainEqual(await file.redis().keys(disarmKey('*')));
  });
});

import { describe, expect, it } from '@jest/globals';
import { boundedRuns, useRedis } from '@quantum/testing';
import fc from 'fast-check';
import { defineScript, luaOf, PAGE_LUA, readScriptCommand, runScripts, untilReady, valueOf } from './index.js';

const { redis } = useRedis();

/** Answers the entries of a page as {id, value of the field `f`, bytes}, and what `takePage` returns. */
const READ = defineScript(
  luaOf([
    PAGE_LUA,
    `local page = {}
local taken, more, bytes = takePage(KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), function(id, fields, size)
  page[#page + 1] = {id, fieldOf(fields, 'f') or false, size}
end)
return {page, taken, more, bytes}`,
  ]),
);
type Entry = [id: string, value: string | null, bytes: number];

async function readPage(from: string, most: number, bytes: number) {
  await untilReady(redis());
  const [reply] = await runScripts(redis(), [READ], [readScriptCommand(READ, ['s'], [from, most, bytes])]);
  const [page, taken, more, size] = valueOf(reply) as [Entry[], number, number, number];
  expect(taken).toBe(page.length);
  expect(size).toBe(page.reduce((sum, [, , each]) => sum + each, 0));
  return { page, more: more === 1 };
}

describe('takePage', () => {
  it('gives every entry once, in pages that are full or whole, whatever the sizes', async () => {
    const sizes = fc.array(fc.oneof(fc.nat(5), fc.integer({ min: 20, max: 400 })), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 500 }),
        async (given, most, bytes) => {
          await redis().del('s');
          for (const [i, size] of given.entries()) await redis().xadd('s', `1-${i + 1}`, 'f', 'x'.repeat(size));
          const read: Entry[] = [];
          for (let from = '-', more = true; more;) {
            const found = await readPage(from, most, bytes);
            more = found.more;
            const { page } = found;
            const size = page.reduce((sum, [, , each]) => sum + each, 0);
            expect(page.length).toBeLessThanOrEqual(most);
            if (page.length > 1) expect(size).toBeLessThanOrEqual(bytes);
            const next = given[read.length + page.length];
            const isFull = page.length === most || size >= bytes || size + (next ?? 0) + 1 > bytes;
            if (next !== undefined) expect([more, isFull]).toEqual([true, true]);
            read.push(...page);
            from = `(${page.at(-1)?.[0] ?? '1-0'}`;
          }
          expect(read).toEqual(given.map((size, i) => [`1-${i + 1}`, 'x'.repeat(size), size + 1]));
        },
      ),
      boundedRuns(100),
    );
  });

  it('reads nothing of a stream that is empty, and fails for a key that is none', async () => {
    expect(await readPage('-', 10, 100)).toEqual({ page: [], more: false });
    await redis().set('s', 'no stream');
    await expect(readPage('-', 10, 100)).rejects.toThrow('WRONGTYPE');
  });
});

it('fieldOf gives the last value of a field, and none of a value that is called like it', async () => {
  await redis().xadd('s', '1-1', 'f', 'first', 'f', 'last', 'other', 'f');
  await redis().xadd('s', '1-2', 'other', 'f');
  expect((await readPage('-', 10, 100)).page.map(([, value]) => value)).toEqual(['last', null]);
});

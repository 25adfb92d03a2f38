import { describe, expect, it } from '@jest/globals';
import { useRedis } from '@quantum/testing';
import { BatchError, StreamConsumer, untilReady, type StreamEntry } from './index.js';
import { PageSize } from './page-size.js';

const { redis, connect } = useRedis();

const MIB = 2 ** 20;

async function member(): Promise<{ consumer: StreamConsumer; ready: () => Promise<void> }> {
  const blocking = await connect({ maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false });
  const consumer = new StreamConsumer(redis(), blocking, { stream: 's', group: 'g', consumer: 'a' });
  await consumer.ensureGroup('0');
  return { consumer, ready: () => untilReady(blocking) };
}

const add = async (first: number, count: number, bytes: number): Promise<void> => {
  for (let i = first; i < first + count; i += 1) await redis().xadd('s', `${i}-0`, 'n', 'x'.repeat(bytes));
};

async function pagesOfClaim(consumer: StreamConsumer): Promise<StreamEntry[][]> {
  const pages: StreamEntry[][] = [];
  for await (const page of consumer.claimIdle(0, 100)) pages.push(page);
  return pages;
}
const bytesOf = (page: StreamEntry[]): number => page.flatMap(({ fields }) => fields).join('').length;

describe('large entries', () => {
  it('are not read by the hundred: the read is cut, and claiming pending entries returns each of them once', async () => {
    const { consumer, ready } = await member();
    await add(1, 20, 2 * MIB);
    await add(21, 5, 10);
    await expect(consumer.readNew(100, 1)).rejects.toThrow(BatchError);
    await ready();
    const pages = await pagesOfClaim(consumer);
    for (const page of pages) expect(bytesOf(page)).toBeLessThanOrEqual(2 * MIB + 1);
    const claimed = pages.flat();
    expect(claimed.map(({ id }) => Number(id.split('-')[0])).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 25 }, (_, i) => i + 1),
    );
    expect(new Set(claimed.map(({ deliveries }) => deliveries))).toEqual(new Set([2]));
    expect(claimed.filter(({ fields }) => fields[1]?.length === 2 * MIB)).toHaveLength(20);
  });

  it('make the next pages smaller, and after a failed page the next has one entry', async () => {
    const { consumer, ready } = await member();
    const take = async (count = 100): Promise<number> => (await consumer.readNew(count, 1)).length;
    await add(1, 8, MIB - 10);
    expect(await take(8)).toBe(8);
    await add(11, 5, MIB - 10);
    expect([await take(), await take(), await take()]).toEqual([2, 2, 1]);
    await add(21, 1, 9 * MIB);
    await take();
    await add(22, 2, 9 * MIB); // together they would be cut
    expect([await take(), await take()]).toEqual([1, 1]);
    await add(31, 1, 20 * MIB);
    await expect(consumer.readNew(100, 1)).rejects.toThrow(BatchError);
    await ready();
    await add(41, 10, 10);
    expect([await take(), await take(), await take(), await take()]).toEqual([1, 2, 4, 3]);
  });

  it('that are too large to read are reported with their size', async () => {
    const { consumer, ready } = await member();
    await add(1, 1, 17 * MIB);
    await add(2, 1, 10);
    await expect(consumer.readNew(100, 1)).rejects.toThrow(/more than 16777216 bytes/);
    await ready();
    expect(await pagesOfClaim(consumer)).toEqual([
      [{ id: '2-0', fields: ['n', 'x'.repeat(10)], deliveries: 2 }],
      [{ id: '1-0', fields: [], deliveries: 2, unreadBytes: 17 * MIB + 1 }],
    ]);
  });
});

describe('PageSize', () => {
  const page = (count: number, bytes: number): StreamEntry[] =>
    Array.from({ length: count }, (_, i) => ({ id: `${i}-0`, fields: ['x'.repeat(bytes)], deliveries: 1 }));

  it('reads all wanted entries while they are small', () => {
    const size = new PageSize();
    size.took(page(100, 500));
    expect(size.atMost(100)).toBe(100);
    size.took([]);
    expect(size.atMost(100)).toBe(100);
  });
});

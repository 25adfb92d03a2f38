import { describe, expect, it } from '@jest/globals';
import { BATCHES_IN_FLIGHT, BatchSemaphore } from './batch-semaphore.js';

/** Takes it in the order of these names; resolves what has begun so far. */
function taking(semaphore: BatchSemaphore, names: readonly string[]) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const all = names.map(async (name) => {
    const end = await semaphore.take();
    begun.push(name);
    ends.set(name, end);
  });
  return { begun, end: (name: string) => ends.get(name)?.(), all: Promise.all(all) };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('BatchSemaphore', () => {
  it('lets as many begin as may be in flight, and for each that ends the one that waits longest', async () => {
    const names = Array.from({ length: BATCHES_IN_FLIGHT + 2 }, (_, i) => `batch ${i}`);
    const { begun, end, all } = taking(new BatchSemaphore(), names);
    await settled();
    expect(begun).toEqual(names.slice(0, BATCHES_IN_FLIGHT));
    end('batch 2');
    await settled();
    expect(begun).toEqual(names.slice(0, BATCHES_IN_FLIGHT + 1));
    end('batch 0');
    await all;
    expect(begun).toEqual(names);
  });

  it('has all of them again when they have ended', async () => {
    const semaphore = new BatchSemaphore();
    for (let round = 0; round < 3; round += 1) {
      const names = Array.from({ length: BATCHES_IN_FLIGHT }, (_, i) => String(i));
      const { begun, end, all } = taking(semaphore, names);
      await all;
      expect(begun).toEqual(names);
      names.forEach(end);
    }
  });
});

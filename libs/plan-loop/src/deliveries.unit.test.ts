import { describe, expect, it } from '@jest/globals';
import { Deliveries } from './deliveries.js';

const entry = (id: string) => ({ id, fields: [], deliveries: 1 });
const REFUSED = new Error('refused');

/** A consumer that keeps what it was asked, and refuses while `isRefusing`. */
class Consumer {
  isRefusing = false;
  acknowledged: string[] = [];
  undone: string[] = [];

  ack = (ids: readonly string[]) => this.#take(this.acknowledged, ids);
  undoDeliveries = (ids: readonly string[]) => this.#take(this.undone, ids);

  #take(into: string[], ids: readonly string[]): Promise<void> {
    if (this.isRefusing) return Promise.reject(REFUSED);
    into.push(...ids);
    return Promise.resolve();
  }
}

describe('Deliveries', () => {
  it('acknowledges what is done, and undoes once what was put off or failed', async () => {
    const consumer = new Consumer();
    const deliveries = new Deliveries(consumer);
    deliveries.served({ done: ['1-0'], putOff: [entry('2-0')] });
    deliveries.failed([entry('1-0'), entry('3-0')]);
    await deliveries.settle();
    await deliveries.settle();
    expect(consumer).toMatchObject({ acknowledged: ['1-0'], undone: ['2-0', '3-0'] });
  });

  it('undoes each delivery of an entry that came again before the server took the first', async () => {
    const consumer = new Consumer();
    const deliveries = new Deliveries(consumer);
    deliveries.failed([entry('1-0')]);
    consumer.isRefusing = true;
    await expect(deliveries.settle()).rejects.toBe(REFUSED);
    deliveries.failed([entry('1-0')]);
    consumer.isRefusing = false;
    await deliveries.settle();
    expect(consumer.undone).toEqual(['1-0', '1-0']);
  });

  it('forgets everything with the group', async () => {
    const consumer = new Consumer();
    const deliveries = new Deliveries(consumer);
    deliveries.served({ done: ['1-0'], putOff: [entry('2-0')] });
    deliveries.clear();
    await deliveries.settle();
    expect(consumer).toMatchObject({ acknowledged: [], undone: [] });
  });
});

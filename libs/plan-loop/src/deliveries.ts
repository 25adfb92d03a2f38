import type { StreamConsumer, StreamEntry } from '@quantum/redis-io';
import type { Served } from './plan-entry.js';

/** What the group does not know yet about entries: which are done with, and whose delivery is not to count. */
export class Deliveries {
  readonly #consumer: Pick<StreamConsumer, 'ack' | 'undoDeliveries'>;
  readonly #unacknowledged = new Set<string>();
  /** The entry of each delivery that is not to count: it failed by a fault that may pass. */
  #putOff: string[] = [];

  constructor(consumer: Pick<StreamConsumer, 'ack' | 'undoDeliveries'>) {
    this.#consumer = consumer;
  }

  /** A batch was served. */
  served({ done, putOff }: Served): void {
    for (const id of done) this.#unacknowledged.add(id);
    for (const { id } of putOff) this.#putOff.push(id);
  }

  /** A batch failed: what is not done with is put off. */
  failed(entries: readonly StreamEntry[]): void {
    for (const { id } of entries) if (!this.#unacknowledged.has(id)) this.#putOff.push(id);
  }

  /** Forgets everything: the group is gone, and with it what it knew of entries. */
  clear(): void {
    this.#unacknowledged.clear();
    this.#putOff = [];
  }

  /** Acknowledges what is done, then undoes deliveries. What fails is tried again by the next call. */
  async settle(): Promise<void> {
    await this.#acknowledge();
    await this.#undo();
  }

  async #acknowledge(): Promise<void> {
    const ids = [...this.#unacknowledged];
    await this.#consumer.ack(ids);
    for (const id of ids) this.#unacknowledged.delete(id);
  }

  /** A delivery counts only where it came to a verdict, or ended the process, so that no outage dead-letters a plan. */
  async #undo(): Promise<void> {
    const ids = this.#putOff;
    this.#putOff = [];
    try {
      await this.#consumer.undoDeliveries(ids);
    } catch (error) {
      this.#putOff.push(...ids);
      throw error;
    }
  }
}

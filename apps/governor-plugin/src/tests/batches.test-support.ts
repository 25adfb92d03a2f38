import { jest } from '@jest/globals';
import type { Command } from 'ioredis';
import type { Client } from './governor-harness.test-support.js';

/** A batch that is about to be sent. */
export interface HeldBatch {
  size: number;
  /** Sends it. */
  send: () => void;
  /** The connection is lost when the server has carried out its first `done` commands. */
  loseAfter: (done: number) => Promise<void>;
}

/**
 * Hands every batch of a client, which is what it writes at once, to `take` instead of sending it. Returns how to stop.
 */
export function holdBatches(client: Client, take: (batch: HeldBatch) => void): () => void {
  const { stream } = client;
  const send = client.sendCommand.bind(client) as (command: Command) => Promise<unknown>;
  const [cork, uncork] = [stream.cork.bind(stream), stream.uncork.bind(stream)];
  let held: { command: Command; answer: PromiseWithResolvers<unknown> }[] | undefined;
  const sendAll = (commands: readonly Command[]): Promise<unknown>[] => {
    cork();
    const answers = commands.map((command) => send(command));
    uncork();
    return answers;
  };
  const spies = [
    jest.spyOn(stream, 'cork').mockImplementation(() => {
      held = [];
    }),
    jest.spyOn(client, 'sendCommand').mockImplementation((command) => {
      if (!held) return send(command);
      const answer = withResolvers<unknown>();
      held.push({ command, answer });
      return answer.promise;
    }),
    jest.spyOn(stream, 'uncork').mockImplementation(() => {
      const batch = held ?? [];
      held = undefined;
      const commands = batch.map(({ command }) => command);
      take({
        size: batch.length,
        send: () => {
          for (const [i, sent] of sendAll(commands).entries())
            void sent.then(batch[i]?.answer.resolve, batch[i]?.answer.reject);
        },
        loseAfter: async (done) => {
          await Promise.allSettled(sendAll(commands.slice(0, done)));
          for (const { answer } of batch) answer.reject(new Error('Connection is closed.'));
        },
      });
    }),
  ];
  return () => {
    for (const spy of spies) spy.mockRestore();
  };
}

interface PromiseWithResolvers<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
}

/** `Promise.withResolvers`, which node has from 22 on. */
function withResolvers<T>(): PromiseWithResolvers<T> {
  let [resolve, reject]: [(value: T) => void, (error: unknown) => void] = [() => undefined, () => undefined];
  const promise = new Promise<T>((onValue, onError) => ([resolve, reject] = [onValue, onError]));
  return { promise, resolve, reject };
}

/** Counts the batches of a client, each of which is a round trip. Stops counting when it is asked. */
export function countBatches(client: Client): () => number {
  let count = 0;
  const stop = holdBatches(client, ({ send }) => {
    count += 1;
    send();
  });
  return () => {
    stop();
    return count;
  };
}

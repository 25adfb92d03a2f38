import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { encode, ReplyCounter } from './resp.js';

/** One socket that writes prepared bytes and counts replies: the lower bound for any client. */
export class RawClient {
  readonly #socket: Socket;
  readonly #counter = new ReplyCounter();
  #awaited = 0;
  #done: ((error?: Error) => void) | undefined;

  static async connect(path: string, db = 0): Promise<RawClient> {
    const socket = createConnection(path);
    await once(socket, 'connect');
    const client = new RawClient(socket);
    await client.send([encode('SELECT', db)]);
    return client;
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#awaited -= this.#counter.feed(chunk);
      if (this.#awaited > 0) return;
      const { firstError } = this.#counter;
      this.#done?.(firstError === undefined ? undefined : new Error(`Redis answered: ${firstError}`));
    });
    socket.on('error', (error) => this.#done?.(error));
  }

  /** Sends whole commands and waits for their replies. @throws Error if one of them is an error. */
  async send(commands: readonly string[]): Promise<void> {
    if (commands.length > 0) await this.sendBytes(Buffer.from(commands.join('')), commands.length);
  }

  async sendBytes(bytes: Buffer, replies: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#awaited += replies;
      this.#done = (error) => {
        if (error) reject(error);
        else resolve();
      };
      this.#socket.write(bytes);
    });
  }

  /** Sends without waiting; the reply is counted and dropped. */
  post(command: string): void {
    this.#awaited += 1;
    this.#socket.write(command);
  }

  close(): void {
    this.#socket.destroy();
  }
}

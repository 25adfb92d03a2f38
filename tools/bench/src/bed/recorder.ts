import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { CommandSplitter, type SeenCommand } from './resp.js';

/** A door to the server that keeps what goes through it. */
export interface Recorder {
  socketPath: string;
  /** Every command of every connection, in the order in which they were whole. */
  commands: readonly SeenCommand[];
  /** How often a client sent after it had been answered, or for the first time. */
  readonly roundTrips: number;
  close: () => Promise<void>;
}

/** Opens a recorder at `socketPath`, in front of the server at `serverPath`. */
export async function startRecorder(socketPath: string, serverPath: string): Promise<Recorder> {
  const commands: SeenCommand[] = [];
  const sockets = new Set<Socket>();
  let roundTrips = 0;
  const server = createServer((inner) => {
    const outer = createConnection(serverPath);
    const splitter = new CommandSplitter();
    let answered = true;
    inner.on('data', (chunk) => {
      const seen = splitter.feed(chunk);
      for (const { name, bytes } of seen) commands.push({ name, bytes: Buffer.from(bytes) });
      if (answered) roundTrips += 1;
      answered = false;
      outer.write(chunk);
    });
    outer.on('data', (chunk) => {
      answered = true;
      inner.write(chunk);
    });
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      const end = (): void => {
        inner.destroy();
        outer.destroy();
      };
      socket.on('close', end);
      socket.on('error', end);
    }
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    socketPath,
    commands,
    get roundTrips() {
      return roundTrips;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
      rmSync(socketPath, { force: true });
    },
  };
}

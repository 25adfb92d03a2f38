import { endTogether, startSocketProxy } from '@quantum/testbed';
import { CommandSplitter, type SeenCommand } from './resp.js';

/** A proxy to the server that records all commands. */
interface Recorder {
  /** Every command of every connection, in order of completion. */
  commands: readonly SeenCommand[];
  /** Number of writes by a client after a reply, or for the first time. */
  readonly roundTrips: number;
  close: () => Promise<void>;
}

/** Opens a recorder at `socketPath`, in front of the server at `serverPath`. */
export async function startRecorder(socketPath: string, serverPath: string): Promise<Recorder> {
  const commands: SeenCommand[] = [];
  let roundTrips = 0;
  const socketProxy = await startSocketProxy(
    serverPath,
    (inner, outer) => {
      const splitter = new CommandSplitter();
      let answered = true;
      endTogether(inner, outer);
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
    },
    { path: socketPath },
  );
  return {
    commands,
    get roundTrips() {
      return roundTrips;
    },
    close: socketProxy.close,
  };
}
